import { configText, type Text } from "../i18n/mod.ts";
import * as read from "./readers.ts";

/** A value of a flag or of an edit. */
export type Setting = string | number | boolean;

/** What a key takes, for documentation and for reading it from the environment. */
export type KeyType =
  | "text"
  | "url"
  | "path"
  | "integer"
  | "number"
  | "boolean"
  | "size"
  | "list"
  | "tables";

/** One key of the configuration. */
export interface KeySpec<T = unknown> {
  readonly type: KeyType;
  readonly read: read.Read<T>;
  /** As it is written in the file. Absent: the key is optional, or has no default but "not set". */
  readonly fallback?: Setting | readonly unknown[];
  /** Shown, commented out, in the default file where there is no default. */
  readonly example?: Setting | readonly string[];
  readonly expected: Text;
}

/** A key that takes whole numbers. */
export function integer(min: number, max: number, fallback: number) {
  const expected = configText.expectInteger({ min, max });
  return { type: "integer", read: read.integer(min, max), fallback, expected } as const;
}

/** A key that takes numbers. */
export function number(min: number, max: number, fallback: number) {
  const expected = configText.expectNumber({ min, max });
  return { type: "number", read: read.number(min, max), fallback, expected } as const;
}

/** A key that takes true or false. */
export function boolean(fallback: boolean) {
  const expected = configText.expectBoolean;
  return { type: "boolean", read: read.boolean, fallback, expected } as const;
}

/** A key that takes `bytes` (as a text: `min`) or more; 0 stands for no limit. */
export function size(min: string, fallback: string, bytes: number) {
  const expected = bytes === 0 ? configText.expectSizeOrZero : configText.expectSize({ min });
  return { type: "size", read: read.size(bytes), fallback, expected } as const;
}
