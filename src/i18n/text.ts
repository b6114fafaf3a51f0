/** A language that agent-core speaks. */
export type Lang = "zh" | "en";

/** One sentence for people, in every language. Which one is shown is decided where it is shown. */
export interface Text {
  readonly zh: string;
  readonly en: string;
}

/** The messages of one room by name; a function where something has to be filled in. */
export interface Catalog {
  readonly [name: string]: Text | ((parameters: never) => Text) | Readonly<Record<string, Text>>;
}

/** An error whose message is meant for a person. `message` is the English text, for stacks and tests. */
export class Failure extends Error {
  override readonly name: string = "Failure";
  /** What the program ends with over it: 1, or 2 where a person has to correct what was asked for. @default {1} */
  readonly exitCode: 1 | 2 = 1;
  readonly text: Text;

  constructor(text: Text, options?: ErrorOptions) {
    super(text.en, options);
    this.text = text;
  }
}

/** The same words in both languages: ids, paths, what another program said. */
export function verbatim(words: string): Text {
  return { zh: words, en: words };
}

/** Joins several texts, by default one a line. */
export function joinTexts(texts: readonly Text[], separator = "\n"): Text {
  return {
    zh: texts.map((text) => text.zh).join(separator),
    en: texts.map((text) => text.en).join(separator),
  };
}

/** Chinese words that stand behind others: a blank parts a letter or a digit from them (`应为 1 到 5`). */
export function afterWord(zh: string): string {
  return /^[A-Za-z0-9]/.test(zh) ? ` ${zh}` : zh;
}
