import assert from "node:assert/strict";
import { FAULT_CALLS, FAULT_NAMES } from "../../src/devserver/mod.ts";
import { codeSpans, type Page, type Section, wordsOf } from "./markdown.ts";
import { onBoth } from "./pages.ts";
import { type HelpedCommand, readProgramHelp } from "./program_help.ts";

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

onBoth("every command and every option is explained, and no other", (book) => {
  const page = book.page("docs/commands");
  for (const { path, options } of COMMANDS) {
    const section = commandSection(page, path);
    assert(
      section.title === `\`${path}\`` || section.prose.includes(`\`agent-core ${path}\``),
      `${path} is not named in ${section.title}`,
    );
    // A table whose first column is a word of the command line lists the word's values.
    const rows = section.tables.filter(([[title]]) => !title.startsWith("`"))
      .flatMap((table) => table.slice(1)).map(([first]) => flagsOf(first));
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

onBoth("the program's own options are explained", (book) => {
  const options = book.page("docs/commands").sections.flatMap(({ tables }) => tables).flat()
    .map(([first]) => flagsOf(first));
  for (const flags of GLOBAL) {
    assert(options.some((row) => same(row, flags)), `${flags.join(", ")} is not explained`);
  }
});

onBoth("every command that is written anywhere exists, with its options", ({ pages }) => {
  const written = pages.flatMap((page) => [
    ...page.blocks.filter(({ lang }) => lang === "sh" || lang === "powershell")
      .flatMap(({ text }) => text.replaceAll("\\\n", " ").split("\n")),
    ...codeSpans(wordsOf(page)),
  ]);
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

onBoth("every fault of dev-server is explained, and no other", (book) => {
  const { tables, prose } = commandSection(book.page("docs/commands"), "dev-server");
  const faults = tables.find(([[title]]) => title === "`WHAT`");
  const [statuses, ...names] = faults!.slice(1).map(([first]) => codeSpans(first));
  assert.deepEqual(statuses, ["400", "599"]);
  assert.deepEqual(names.flat(), FAULT_NAMES);
  for (const call of FAULT_CALLS) assert(codeSpans(prose).includes(call), `${call} is not named`);
});
