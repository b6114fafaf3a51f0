import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The messages in a language: `say("timeout", { seconds: 60 })`. */
export function words(language) {
  const catalog = read(language === "zh" ? "zh" : "en");
  return (name, facts = {}) =>
    catalog[name].replaceAll(/\{(\w+)\}/g, (_, fact) => String(facts[fact] ?? ""));
}

function read(language) {
  return JSON.parse(readFileSync(join(import.meta.dirname, `messages.${language}.json`), "utf8"));
}
