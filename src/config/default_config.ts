import {
  configKeyText,
  configSectionText,
  configText,
  type Lang,
  mountKeyText,
  type Text,
} from "../i18n/mod.ts";
import { keyNames, sectionNames, specOf } from "./key_names.ts";
import type { KeySpec, Setting } from "./key_spec.ts";
import { type ConfigKey, MOUNT_KEYS } from "./keys.ts";
import type { Overrides } from "./settings.ts";
import { tomlLiteral } from "./toml_literal.ts";

/**
 * The text of a default `config.toml`: every key with its default and an explanation in the given
 * language; keys without a default stand there commented out, with an example.
 *
 * @param values what it is to hold instead of the defaults
 */
export function defaultConfigText(lang: Lang, values: Overrides = {}): string {
  const sections = sectionNames().map((section) => {
    const keys = keyNames().filter((key) => {
      return key.startsWith(`${section}.`) && !key.slice(section.length + 1).includes(".");
    });
    const lines = keys.filter((key) => key !== "paths.mounts")
      .flatMap((key) => keyLines(key, values[key], lang));
    // The header of a section of optional keys is a comment as well, until one of them is set.
    const unused = section === "executor.gpu" && keys.every((key) => values[key] === undefined);
    const header = `${unused ? "# " : ""}[${section}]`;
    const mounts = keys.includes("paths.mounts") ? ["", ...mountLines(lang)] : [];
    return [...comment(configSectionText[section], lang), header, ...lines, ...mounts, ""].join(
      "\n",
    );
  });
  return [...comment(configText.fileHead, lang), "", ...sections].join("\n");
}

function comment(text: Text, lang: Lang): string[] {
  return text[lang].split("\n").map((line) => `# ${line}`);
}

function keyLines(key: ConfigKey, value: Setting | undefined, lang: Lang): string[] {
  const { fallback, example = "" } = specOf(key);
  const about = configKeyText[key];
  const name = key.slice(key.lastIndexOf(".") + 1);
  const set = value ?? fallback as Setting | undefined;
  // An empty text is "not set" here, and what a registration replaces.
  if (set === undefined && key.startsWith("agent.")) {
    return [...comment(about, lang), `${name} = ""`];
  }
  const literal = `${name} = ${tomlLiteral(set ?? example)}`;
  return [...comment(about, lang), set === undefined ? `# ${literal}` : literal];
}

function mountLines(lang: Lang): string[] {
  const fields = Object.entries(mountKeyText).map(([name, about]) => {
    const { example = false }: KeySpec = MOUNT_KEYS[name as keyof typeof MOUNT_KEYS];
    return `# ${name} = ${tomlLiteral(example)}  # ${about[lang]}`;
  });
  return [...comment(configKeyText["paths.mounts"], lang), "# [[paths.mounts]]", ...fields];
}
