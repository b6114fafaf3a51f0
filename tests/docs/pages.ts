import { type Page, readPage } from "./markdown.ts";

/** The pages that there are in both languages, without the ends of their names, as they are read. */
const NAMES = [
  "README",
  "docs/images",
  "docs/engines",
  "docs/commands",
  "docs/configuration",
  "docs/services",
  "docs/troubleshooting",
  "docs/rust-agent",
  "docs/how-it-is-built",
  "CONTRIBUTING",
] as const;

/** A page's name without its end, which tells the language. */
export type PageName = typeof NAMES[number];

/** All pages in one language. */
export interface Book {
  readonly lang: string;
  readonly pages: readonly Page[];
  page(name: PageName): Page;
}

/** All pages in English. */
export const EN = await readBook("English", ".md");
/** All pages in Chinese. */
export const ZH = await readBook("Chinese", ".zh.md");

async function readBook(lang: string, end: string): Promise<Book> {
  const pages = await Promise.all(NAMES.map((name) => readPage(`${name}${end}`)));
  return { lang, pages, page: (name) => pages[NAMES.indexOf(name)] };
}

/** A test of the pages in each language. */
export function onBoth(name: string, body: (book: Book) => void | Promise<void>): void {
  for (const book of [EN, ZH]) Deno.test(`${book.lang}: ${name}`, () => body(book));
}
