import assert from "node:assert/strict";
import * as posix from "@std/path/posix";
import { codeSpans, type Page } from "./markdown.ts";
import { EN, ZH } from "./pages.ts";

for (const [at, en] of EN.pages.entries()) {
  const zh = ZH.pages[at];

  Deno.test(`${en.name}, ${zh.name}: the same headings, blocks, tables and markers`, () => {
    const shape = ({ sections }: Page) =>
      sections.map(({ level, blocks, tables, prose }) => ({
        level,
        blocks: blocks.map(({ lang, marker }) => [lang, marker]),
        tables: tables.map((rows) => rows.map((row) => row.length)),
        lists: prose.split("\n").filter((line) => /^(?:-|\d+\.) /.test(line)).length,
      }));
    assert.deepEqual(shape(zh), shape(en));
  });

  Deno.test(`${en.name}, ${zh.name}: the same commands, configuration and literal columns`, () => {
    const literal = ({ blocks }: Page) =>
      blocks.filter(({ lang }) => lang !== "text").map(({ text }) => text);
    assert.deepEqual(literal(zh), literal(en));
    // The messages under Troubleshooting are in the page's own language.
    const messages = en.sections.findIndex(({ title }) => title === "Troubleshooting");
    const keys = ({ sections }: Page) =>
      sections.filter((_, at) => at !== messages).flatMap(({ tables }) => tables.flat())
        .map(([first]) => codeSpans(first));
    assert.deepEqual(keys(zh), keys(en));
  });

  Deno.test(`${en.name}, ${zh.name}: the same links`, () => {
    assert.deepEqual(targets(zh, ".zh.md"), targets(en, ".md"));
  });
}

/** Where the links of a page lead, without the language: anchors are those of the sections' places. */
function targets(page: Page, end: string): string[] {
  const [toOtherLanguage, ...links] = page.links;
  assert.equal(toOtherLanguage, `${stem(page.name)}${end === ".md" ? ".zh.md" : ".md"}`);
  return links.map((link) => {
    const [path, anchor] = link.split("#");
    if (anchor === undefined || /^https:/.test(link)) return link.replace(end, ".md");
    const pages = [...EN.pages, ...ZH.pages];
    const name = path === "" ? page.name : posix.join(posix.dirname(page.name), path);
    const target = pages.find((page) => page.name === name);
    assert(target, `${page.name}: ${link} leads to a page in one language only`);
    const place = target.sections.findIndex(({ slug }) => slug === decodeURIComponent(anchor));
    return `${path.replace(end, ".md")}#${place}`;
  }).toSorted();
}

const stem = (name: string) => posix.basename(name).replace(/(?:\.zh)?\.md$/, "");
