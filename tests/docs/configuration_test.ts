import assert from "node:assert/strict";
import { defaultConfigText, loadConfig } from "../../src/config/mod.ts";
import { configKeys } from "../config/config_keys.ts";
import { codeSpans, type Page, readPage, type Section } from "./markdown.ts";
import { EN, onBoth } from "./pages.ts";
import { sourcesOf } from "./sources.ts";

onBoth("every key has a row with its default, example, variable and text", (book) => {
  const page = book.page("docs/configuration");
  const rows = page.sections.flatMap(({ title, tables }) =>
    tables.flat().map((row) => ({ section: title, row }))
  );
  for (const { key, env, default: fallback, example, about } of configKeys()) {
    const dot = key.lastIndexOf(".");
    const found = rows.find(({ section, row }) =>
      section === `[${key.slice(0, dot)}]` && row[0] === `\`${key.slice(dot + 1)}\`<br>\`${env}\``
    );
    assert(found, `no row for ${key} with ${env}`);
    assert.equal(found.row[1], fallback === undefined ? "—" : `\`${toml(fallback)}\``, key);
    assert(found.row[2] !== "" && found.row[3] !== "", `${key}: no example or no meaning`);
    if (example !== undefined) assert.equal(found.row[2], `\`${toml(example)}\``, key);
    // The page may say more than the file that `init` writes.
    const text = found.row[3].replaceAll("`", "");
    const said = about[book === EN ? "en" : "zh"];
    assert(text.startsWith(said), `${key}: "${text}", not "${said}"`);
  }
  const configRows = rows.filter(({ row }) => /<br>`AGENT_CORE_/.test(row[0]));
  assert.equal(configRows.length, configKeys().length, "a row of a key that there is not");
});

onBoth("the rows of the mounts are those of the default file", (book) => {
  const { tables } = sectionOf(book.page("docs/configuration"), "[paths]");
  const names = tables[1].slice(1).map(([name]) => codeSpans(name)[0]);
  const inFile = [...defaultConfigText("en").matchAll(/^# (\w+) = .* {2}# /gm)].map(([, name]) =>
    name
  );
  assert.deepEqual(names, inFile);
});

onBoth("the examples of all keys together are a configuration", async (book) => {
  const page = book.page("docs/configuration");
  const lines = configKeys().filter(({ key }) => key !== "paths.mounts").map(({ key }) => {
    const dot = key.lastIndexOf(".");
    const row = sectionOf(page, `[${key.slice(0, dot)}]`).tables[0]
      .find(([first]) => first.startsWith(`\`${key.slice(dot + 1)}\``))!;
    return `${key} = ${codeSpans(row[2])[0]}`;
  });
  await load(lines.join("\n"));
});

Deno.test("every block of configuration can be used as it stands", async () => {
  const security = await readPage("SECURITY.md");
  for (const { lang, text, marker } of [...EN.pages, security].flatMap(({ blocks }) => blocks)) {
    if (lang !== "toml") continue;
    await load(text, marker === "test: windows" ? "windows" : "linux");
  }
});

onBoth("every variable of the program is there", async (book) => {
  const page = book.page("docs/configuration");
  // Set by the program for its own child.
  const inner = ["AGENT_CORE_DETACHED"];
  const sources = await sourcesOf("src/");
  for (const [name] of `${sources}`.matchAll(/\bAGENT_CORE_[A-Z]+(?:_[A-Z]+)*\b/g)) {
    if (inner.includes(name)) continue;
    assert(page.text.includes(`\`${name}\``), `${name} is not explained`);
  }
});

function sectionOf(page: Page, title: string): Section {
  const section = page.sections.find((section) => section.title === title);
  assert(section, `${page.name} has no section ${title}`);
  return section;
}

function toml(value: unknown): string {
  return Array.isArray(value) ? `[${value.map(toml).join(", ")}]` : JSON.stringify(value);
}

/** Fails with all that is wrong with a configuration. */
async function load(text: string, os: "linux" | "windows" = "linux"): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "agent-core-docs-" });
  try {
    const path = `${folder}/config.toml`;
    await Deno.writeTextFile(path, text, { mode: 0o600 });
    const home = os === "windows" ? "C:\\Users\\lab" : "/home/lab";
    await loadConfig({ path, env: {}, home, os, wsl: false });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
