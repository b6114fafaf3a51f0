import assert from "node:assert/strict";
import * as posix from "@std/path/posix";
import { codeSpans, type Page, readPage, ROOT, wordsOf } from "./markdown.ts";
import { EN, ZH } from "./pages.ts";

const ALONE = [
  "SECURITY.md",
  "CHANGELOG.md",
  "offline/README.md",
  "executor-example/README.md",
  "executor-example/README.zh.md",
];
const PAGES = [...EN.pages, ...ZH.pages, ...await Promise.all(ALONE.map(readPage))];

for (const page of PAGES) {
  Deno.test(`${page.name}: all links lead somewhere`, async () => {
    for (const link of page.links) await follow(page, link);
  });
}

async function follow(page: Page, link: string): Promise<void> {
  // A page of the site that the repository is on, and pages of others.
  if (/^https:\/\//.test(link) || link === "../../releases") return;
  const [path, anchor] = link.split("#");
  const name = path === "" ? page.name : posix.join(posix.dirname(page.name), path);
  assert(await isThere(name), `${page.name}: ${link} is not there`);
  if (anchor === undefined) return;
  const { sections } = await readPage(name);
  const slugs = sections.map(({ slug }) => slug);
  assert(slugs.includes(decodeURIComponent(anchor)), `${page.name}: no heading for ${link}`);
}

for (const page of [...EN.pages, ...ZH.pages]) {
  Deno.test(`${page.name}: every file of the repository that it names is there`, async () => {
    for (const path of codeSpans(wordsOf(page)).filter(isPath)) {
      assert(await isThere(path), `${page.name}: ${path} is not there`);
    }
  });
}

/** A path from the root of the repository; a word in capitals stands for any name. */
function isPath(span: string): boolean {
  return /^(?:src|tests|bench|docs|offline|packaging|executor-example|\.ci)\/[\w./-]*$/.test(
    span,
  ) &&
    !/\b[A-Z]{2,}\b/.test(span);
}

async function isThere(path: string): Promise<boolean> {
  return await Deno.stat(new URL(path, ROOT)).then(() => true, () => false);
}
