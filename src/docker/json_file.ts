import type * as z from "zod/mini";
import { dockerText, Failure, reasonOf, type Text } from "../i18n/mod.ts";
import { fill, inEnglish, jsonOrUndefined } from "../util/mod.ts";

/** Bytes of a file; real ones have a few hundred. */
const FILE_LIMIT = 1024 * 1024;

/**
 * Reads a JSON file of another program's. What is wrong with it is said without a word of what it holds,
 * which may be passwords.
 *
 * @param words the message around what is wrong
 * @returns undefined when there is no such file.
 * @throws {Failure} in these words when it cannot be read, or is not what is expected.
 */
export async function readJsonFile<T>(
  file: string,
  schema: z.ZodMiniType<T>,
  words: (p: { file: string; detail: Text }) => Text,
): Promise<T | undefined> {
  const unreadable = (detail: Text, cause?: unknown) =>
    new Failure(words({ file, detail }), { cause });
  let bytes: Uint8Array | undefined;
  try {
    bytes = await readWhole(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw unreadable(reasonOf(error), error);
  }
  if (!bytes) throw unreadable(dockerText.fileTooLarge);
  const value = jsonOrUndefined(new TextDecoder().decode(bytes));
  if (value === undefined) throw unreadable(dockerText.fileNotJson);
  const { success, data, error } = schema.safeParse(value, inEnglish);
  if (success) return data;
  const problems = error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  const said = problems.slice(0, 3).join("; ");
  throw unreadable({ zh: said, en: said });
}

/** Undefined for more than is read, and for what is no file: a pipe would be waited for. */
async function readWhole(file: string): Promise<Uint8Array | undefined> {
  if (!(await Deno.stat(file)).isFile) return undefined;
  using opened = await Deno.open(file);
  const buffer = new Uint8Array(FILE_LIMIT + 1);
  const length = await fill(opened, buffer);
  return length > FILE_LIMIT ? undefined : buffer.subarray(0, length);
}
