import type { Text } from "../i18n/mod.ts";

/** A part of the text, as offsets. */
export interface Span {
  readonly start: number;
  /** The first offset after it. */
  readonly end: number;
}

/** What is wrong with the text, and where. */
export class TomlProblem extends Error {
  override readonly name = "TomlProblem";
  readonly text: Text;
  readonly offset: number;
  /** What follows cannot be told apart from what this began. */
  readonly fatal: boolean;

  constructor(text: Text, offset: number, fatal = false) {
    super(text.en);
    this.text = text;
    this.offset = offset;
    this.fatal = fatal;
  }
}

/** What has been read so far, and the key that is being read, for messages. */
export interface Cursor {
  readonly text: string;
  at: number;
  key: readonly string[];
}

/** What may stand neither in comments nor in texts. */
// deno-lint-ignore no-control-regex
export const CONTROL = /[\x00-\x08\x0a-\x1f\x7f]/;
