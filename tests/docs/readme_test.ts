import assert from "node:assert/strict";
import { configKeys, defaultConfigText, loadConfig } from "../../src/config/mod.ts";
import { VERSION } from "../../src/util/mod.ts";
import { codeSpans, type Page, readPage, ROOT, type Section } from "./markdown.ts";
import { type HelpedCommand, readProgramHelp } from "./program_help.ts";

const EN = await readPage("README.md");
const ZH = await readPage("README.zh.md");
const BOTH = [EN, ZH];

function onBoth(name: string, body: (page: Page) => void | Promise<void>): void {
  for (const page of BOTH) Deno.test(`${page.name}: ${name}`, () => body(page));
}

// --- Both pages are one ---

Deno.test("both READMEs have the same headings, blocks, tables and markers", () => {
  const shape = ({ sections }: Page) =>
    sections.map(({ level, blocks, tables, prose }) => ({
      level,
      blocks: blocks.map(({ lang, marker }) => [lang, marker]),
      tables: tables.map((rows) => rows.map((row) => row.length)),
      lists: prose.split("\n").filter((line) => /^(?:-|\d+\.) /.test(line)).length,
    }));
  assert.deepEqual(shape(ZH), shape(EN));
});

Deno.test("both READMEs have the same commands, configuration and literal first columns", () => {
  const literal = ({ blocks }: Page) =>
    blocks.filter(({ lang }) => lang !== "text").map(({ text }) => text);
  assert.deepEqual(literal(ZH), literal(EN));
  // The messages under Troubleshooting are in the page's own language.
  const messages = EN.sections.findIndex(({ title }) => title === "Troubleshooting");
  const keys = ({ sections }: Page) =>
    sections.filter((_, at) => at !== messages).flatMap(({ tables }) => tables.flat())
      .map(([first]) => codeSpans(first));
  assert.deepEqual(keys(ZH), keys(EN));
});

// --- Configuration ---

onBoth("every key has a row with its default and its variable", (page) => {
  const rows = page.sections.flatMap(({ title, tables }) =>
    tables.flat().map((row) => ({ section: title, row }))
  );
  for (const { key, env, default: fallback } of configKeys()) {
    const dot = key.lastIndexOf(".");
    const found = rows.find(({ section, row }) =>
      section === `[${key.slice(0, dot)}]` && row[0] === `\`${key.slice(dot + 1)}\`<br>\`${env}\``
    );
    assert(found, `no row for ${key} with ${env}`);
    assert.equal(found.row[1], fallback === undefined ? "—" : `\`${toml(fallback)}\``, key);
    assert(found.row[2] !== "" && found.row[3] !== "", `${key}: no example or no meaning`);
  }
  const configRows = rows.filter(({ row }) => /<br>`AGENT_CORE_/.test(row[0]));
  assert.equal(configRows.length, configKeys().length, "a row of a key that there is not");
});

onBoth("the rows of the mounts are those of the default file", (page) => {
  const { tables } = sectionOf(page, "[paths]");
  const names = tables[1].slice(1).map(([name]) => codeSpans(name)[0]);
  const inFile = [...defaultConfigText("en").matchAll(/^# (\w+) = .* {2}# /gm)].map(([, name]) =>
    name
  );
  assert.deepEqual(names, inFile);
});

onBoth("the examples of all keys together are a configuration", async (page) => {
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
  for (const { lang, text, marker } of [...EN.blocks, ...security.blocks]) {
    if (lang !== "toml") continue;
    await load(text, marker === "test: windows" ? "windows" : "linux");
  }
});

onBoth("every variable of the program is there", async (page) => {
  // Set by the program for its own child.
  const inner = ["AGENT_CORE_DETACHED"];
  const sources = await sourcesOf("src/");
  for (const [name] of `${sources}`.matchAll(/\bAGENT_CORE_[A-Z]+(?:_[A-Z]+)*\b/g)) {
    if (inner.includes(name)) continue;
    assert(page.text.includes(`\`${name}\``), `${name} is not explained`);
  }
});

// --- Commands ---

const { commands: COMMANDS, globalOptions: GLOBAL } = await readProgramHelp();

/** The section that explains a command: its own, or that of the command above it. */
function commandSection(page: Page, path: string): Section {
  const titles = path.split(" ").map((_, at, words) =>
    `\`${words.slice(0, words.length - at).join(" ")}\``
  );
  const section = titles.map((title) => page.sections.find((section) => section.title === title))
    .find((section) => section !== undefined);
  assert(section, `no section for the command ${path}`);
  return section;
}

onBoth("every command and every option is explained, and no other", (page) => {
  for (const { path, options } of COMMANDS) {
    const section = commandSection(page, path);
    assert(
      section.title === `\`${path}\`` || section.prose.includes(`\`agent-core ${path}\``),
      `${path} is not named in ${section.title}`,
    );
    const rows = section.tables.flatMap((table) => table.slice(1)).map(([first]) => flagsOf(first));
    for (const flags of options) {
      assert(rows.some((row) => same(row, flags)), `${path}: ${flags.join(", ")} is not explained`);
    }
    for (const row of rows) {
      const known = COMMANDS.filter((command) => commandSection(page, command.path) === section)
        .some((command) => command.options.some((flags) => same(row, flags)));
      assert(known, `${path}: ${row.join(", ")} is explained, but there is no such option`);
    }
  }
  const titles = page.sections.map(({ title }) => title).filter((title) => title.startsWith("`"));
  for (const title of titles) {
    const path = title.replaceAll("`", "");
    assert(COMMANDS.some((command) => command.path === path), `there is no command ${path}`);
  }
});

onBoth("the program's own options are explained", (page) => {
  const options = page.sections.flatMap(({ tables }) => tables).flat()
    .map(([first]) => flagsOf(first));
  for (const flags of GLOBAL) {
    assert(options.some((row) => same(row, flags)), `${flags.join(", ")} is not explained`);
  }
});

onBoth("every command that is written anywhere exists, with its options", (page) => {
  const written = [
    ...page.blocks.filter(({ lang }) => lang === "sh" || lang === "powershell")
      .flatMap(({ text }) => text.replaceAll("\\\n", " ").split("\n")),
    ...codeSpans(wordsOf(page)),
  ];
  let count = 0;
  // To these it is the name of a service.
  for (const line of written.filter((line) => !/^(?:sudo )?(?:systemctl|journalctl) /.test(line))) {
    for (const [, rest] of line.matchAll(/(?:^|[\s(])(?:\.\\)?agent-core(?:\.exe)? ([^|;&)>]+)/g)) {
      const words = rest.split(/\s+/).filter((word) => word !== "");
      const options = words.filter((word) => /^--?[a-z]/i.test(word));
      const command = commandIn(words);
      if (command === undefined && options.length === 0) continue;
      count++;
      const known = [...GLOBAL.flat(), ...command?.options.flat() ?? [], "--help"];
      for (const option of options) {
        assert(known.includes(option.split("=")[0]), `"${line}": no option ${option}`);
      }
    }
  }
  assert(count > 30, `only ${count} commands were found`);
});

/** The longest path that the words begin with, options left out. */
function commandIn(words: readonly string[]): HelpedCommand | undefined {
  // A message may have the program's name in it.
  if (!/^[\w-]/.test(words[0] ?? "-")) return undefined;
  const plain = words.filter((word, at) =>
    !word.startsWith("-") && !/^(?:--config|-c|--lang|--log-level)$/.test(words[at - 1] ?? "")
  );
  const found = COMMANDS.filter(({ path }) => `${plain.join(" ")} `.startsWith(`${path} `))
    .toSorted((a, b) => b.path.length - a.path.length)[0];
  // A word in capitals stands for any command.
  assert(
    found || plain.length === 0 || plain[0] === "COMMAND",
    `there is no command "${plain.join(" ")}"`,
  );
  return found;
}

const flagsOf = (cell: string) =>
  codeSpans(cell).map((span) => span.split(" ")[0]).filter((flag) => flag.startsWith("-"));
const same = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((flag) => b.includes(flag));

// --- The rest ---

onBoth("messages under Troubleshooting are the program's own", async (page) => {
  const sources = await sourcesOf("src/i18n/");
  const at = EN.sections.findIndex(({ title }) => title === "Troubleshooting");
  const [table] = page.sections[at].tables;
  let count = 0;
  for (const [symptom] of table.slice(1)) {
    const [message] = symptom.startsWith("`") ? codeSpans(symptom) : [];
    if (message === undefined || symptom !== `\`${message}\``) continue;
    count++;
    for (
      const part of message.split("…").map((part) => part.trim()).filter((part) => part !== "")
    ) {
      assert(sources.includes(part), `no message says "${part}"`);
    }
  }
  assert(count >= 8, `only ${count} messages were found`);
});

for (const name of ["README.md", "README.zh.md", "SECURITY.md", "CHANGELOG.md"]) {
  Deno.test(`${name}: all links lead somewhere`, async () => {
    const page = await readPage(name);
    for (const link of page.links) {
      // A page of the site that the repository is on, and pages of others.
      if (/^https:\/\//.test(link) || link === "../../releases") continue;
      const [path, anchor] = link.split("#");
      if (path !== "") {
        const there = await Deno.stat(new URL(path, ROOT)).then(() => true, () => false);
        assert(there, `${name}: ${link} is not there`);
      }
      if (anchor === undefined) continue;
      const target = path === "" ? page : await readPage(path);
      const slugs = target.sections.map(({ slug }) => slug);
      assert(slugs.includes(decodeURIComponent(anchor)), `${name}: no heading for ${link}`);
    }
  });
}

onBoth("the systems of a release are those that are compiled for", async (page) => {
  const compiler = await Deno.readTextFile(new URL(".ci/compile.ts", ROOT));
  const [, list] = /TARGETS = \[([^\]]+)\]/.exec(compiler)!;
  const targets = [...list.matchAll(/"([^"]+)"/g)].map(([, target]) => target);
  const listed = codeSpans(wordsOf(page))
    .filter((span) => /^agent-core-\w+-\w+-[\w-]+(?:\.exe)?$/.test(span));
  assert.deepEqual(
    listed.toSorted(),
    targets.map((target) => `agent-core-${target}${target.includes("windows") ? ".exe" : ""}`)
      .toSorted(),
  );
});

onBoth("the rooms and the commands of dev are all there", async (page) => {
  for await (const { name, isDirectory } of Deno.readDir(new URL("src/", ROOT))) {
    // What every room uses and nobody looks for.
    if (!isDirectory || name === "log" || name === "util") continue;
    assert(page.text.includes(`\`src/${name}/\``), `src/${name}/ is not explained`);
  }
  const dev = await Deno.readTextFile(new URL("dev", ROOT));
  const commands = /\n {2}(demo \| .*)\) ;;/.exec(dev)![1].split(" | ");
  for (const command of commands) {
    // Only for whoever changes the packages; run is what agent-core is used for.
    if (["run", "lock"].includes(command)) continue;
    assert(page.text.includes(`./dev ${command}`), `./dev ${command} is not explained`);
  }
});

Deno.test("CHANGELOG.md has what a release of this version will say", async () => {
  const { sections } = await readPage("CHANGELOG.md");
  const section = sections.find(({ level, title }) =>
    level === 2 && title.startsWith(`[${VERSION}]`)
  );
  assert(section && section.prose.trim() !== "", `nothing about ${VERSION}`);
});

/** Everything but the blocks of code. */
function wordsOf({ sections }: Page): string {
  return sections.map(({ prose, tables }) => `${prose}\n${tables.flat(2).join("\n")}`).join("\n");
}

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

/** All TypeScript below a folder as one text. */
async function sourcesOf(folder: string): Promise<string> {
  let text = "";
  for await (const { name, isDirectory } of Deno.readDir(new URL(folder, ROOT))) {
    if (isDirectory) text += await sourcesOf(`${folder}${name}/`);
    else if (name.endsWith(".ts")) {
      text += await Deno.readTextFile(new URL(`${folder}${name}`, ROOT));
    }
  }
  return text;
}
