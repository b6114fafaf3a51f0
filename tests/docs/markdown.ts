/** A fenced block of code. */
export interface Block {
  readonly lang: string;
  readonly text: string;
  /** What an HTML comment right above it says to the tests. */
  readonly marker?: string;
  /** Of its fence, from 1. */
  readonly line: number;
}

/** A heading with everything up to the next one of any level. */
export interface Section {
  readonly level: number;
  readonly title: string;
  /** As links on the page name it. */
  readonly slug: string;
  readonly blocks: readonly Block[];
  /** Rows of cells, header first, without the line of dashes. */
  readonly tables: readonly (readonly (readonly string[])[])[];
  /** Everything outside of blocks and tables. */
  readonly prose: string;
}

/** A page in parts. */
export interface Page {
  readonly name: string;
  readonly sections: readonly Section[];
  readonly blocks: readonly Block[];
  /** Targets of all links. */
  readonly links: readonly string[];
  readonly text: string;
}

/** The root of the repository. */
export const ROOT = new URL("../../", import.meta.url);

/** Reads a page of the repository. */
export async function readPage(name: string): Promise<Page> {
  const text = await Deno.readTextFile(new URL(name, ROOT));
  const sections = parse(text.split("\n"));
  const blocks = sections.flatMap(({ blocks }) => blocks);
  const page = { name, text, sections, links: [], blocks };
  return { ...page, links: [...wordsOf(page).matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => link) };
}

/** Everything of a page but its blocks of code. */
export function wordsOf({ sections }: Page): string {
  return sections.map(({ prose, tables }) => `${prose}\n${tables.flat(2).join("\n")}`).join("\n");
}

/** The code spans of a text. */
export function codeSpans(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map((found) => found[1]);
}

interface Draft extends Section {
  blocks: Block[];
  tables: string[][][];
  prose: string;
}

function parse(lines: readonly string[]): Section[] {
  const sections: Draft[] = [];
  let marker: string | undefined;
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at];
    const heading = /^(#{1,6}) (.*)$/.exec(line);
    const section = sections.at(-1);
    const fence = /^( *)```(\w*)$/.exec(line);
    if (heading) {
      sections.push(newSection(heading[1].length, heading[2]));
    } else if (!section) {
      continue;
    } else if (fence) {
      const end = lines.indexOf(`${fence[1]}\`\`\``, at + 1);
      const text = lines.slice(at + 1, end).map((inner) => inner.slice(fence[1].length)).join("\n");
      section.blocks.push({ lang: fence[2], text, marker, line: at + 1 });
      marker = undefined;
      at = end;
    } else if (line.startsWith("|")) {
      const rows = lines.slice(at, at + lines.slice(at).findIndex((row) => !row.startsWith("|")));
      section.tables.push(rows.filter((_, row) => row !== 1).map(cells));
      at += rows.length - 1;
    } else {
      marker = /^<!-- (.*) -->$/.exec(line)?.[1] ?? (line === "" ? marker : undefined);
      section.prose += `${line}\n`;
    }
  }
  return sections;
}

function newSection(level: number, title: string): Draft {
  return { level, title, slug: slugOf(title), blocks: [], tables: [], prose: "" };
}

/** As GitHub makes it: lower case, punctuation gone, blanks as dashes. */
function slugOf(title: string): string {
  return title.toLowerCase().replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, "").replaceAll(" ", "-");
}

function cells(row: string): string[] {
  return row.replace(/^\|/, "").replace(/\|\s*$/, "").split("|").map((cell) => cell.trim());
}
