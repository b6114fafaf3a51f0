import type * as z from "zod/mini";
import { configText, type Text } from "../i18n/mod.ts";
import * as schemas from "./schemas.ts";

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
export interface KeySpec<S extends z.ZodMiniType> {
  readonly type: KeyType;
  readonly schema: S;
  /** Absent: the key is optional, or has no default but "not set". */
  readonly fallback?: z.input<S>;
  /** Shown, commented out, in the default file where there is no default. */
  readonly example?: Setting | readonly string[];
  readonly expected: Text;
}

/** A key that always has a value. */
export interface KeySpecWithDefault<S extends z.ZodMiniType> extends KeySpec<S> {
  readonly fallback: z.input<S>;
}

/** A key with its own types. */
export function key<S extends z.ZodMiniType>(spec: KeySpecWithDefault<S>): KeySpecWithDefault<S>;
export function key<S extends z.ZodMiniType>(spec: KeySpec<S>): KeySpec<S>;
export function key<S extends z.ZodMiniType>(spec: KeySpec<S>): KeySpec<S> {
  return spec;
}

/** A key that takes whole numbers. */
export function integer(min: number, max: number, fallback: number) {
  const expected = configText.expectInteger({ min, max });
  const schema = schemas.integer(min, max);
  return key({ type: "integer", schema, fallback, expected });
}

/** A key that takes numbers. */
export function number(min: number, max: number, fallback: number) {
  const expected = configText.expectNumber({ min, max });
  const schema = schemas.number(min, max);
  return key({ type: "number", schema, fallback, expected });
}

/** A key that takes true or false. */
export function boolean(fallback: boolean) {
  const expected = configText.expectBoolean;
  return key({ type: "boolean", schema: schemas.boolean, fallback, expected });
}

/** A key that takes `bytes` (as a text: `min`) or more; 0 stands for no limit. */
export function size(min: string, fallback: string, bytes: number) {
  const expected = bytes === 0 ? configText.expectSizeOrZero : configText.expectSize({ min });
  return key({ type: "size", schema: schemas.size(bytes), fallback, expected });
}
