import * as z from "zod/mini";
import { Failure, serverText, type Text, textOf, verbatim } from "../i18n/mod.ts";
import { inEnglish } from "../util/mod.ts";

/** An input file of a task. Its name and type are a stranger's text: nothing in them can be trusted. */
export interface InputFile {
  readonly id: string;
  readonly filename: string;
  readonly mimeType: string | null;
  readonly sizeBytes: number | null;
}

/** A task as the Server hands it out. */
export interface ServerTask {
  readonly id: string;
  readonly taskPrompt: string;
  readonly outputPrompt: string | null;
  readonly sessionId: string | null;
  readonly inputFiles: readonly InputFile[];
}

/** In an URL these two would name another path; a half surrogate cannot be sent at all. */
const fitsInUrl = (id: string) => id !== "." && id !== ".." && id.isWellFormed();
// deno-lint-ignore no-control-regex
const NO_CONTROL = /^[^\x00-\x1f\x7f]*$/;
const ID = z.string().check(
  z.minLength(1),
  z.maxLength(256),
  z.regex(NO_CONTROL),
  z.refine(fitsInUrl),
);

const INPUT_FILE = z.object({
  id: ID,
  filename: z.string().check(z.maxLength(65_536)),
  mime_type: z.catch(z.nullish(z.string().check(z.maxLength(1_000))), null),
  size_bytes: z.nullish(z.int().check(z.nonnegative(), z.maximum(Number.MAX_SAFE_INTEGER))),
});

const TASK = z.object({
  id: ID,
  task_prompt: z.string(),
  output_prompt: z.nullish(z.string()),
  session_id: z.nullish(z.string().check(z.maxLength(65_536))),
  input_files: z.nullish(z.array(INPUT_FILE).check(z.maxLength(10_000))),
});

/** JSON nested deeper than this is nobody's task, and would break whoever writes it down again. */
const MAX_DEPTH = 64;

/**
 * Reads a task as the Server's poll gives it; also used on the JSON that the journal kept. An empty
 * output prompt counts as none.
 *
 * @throws {Failure} naming the first field that is not as it should be
 */
export function parseTask(raw: unknown): ServerTask {
  if (!isShallow(raw)) throw new Failure(serverText.taskUnfit({ field: "(JSON)", found: ">64" }));
  const result = TASK.safeParse(raw, inEnglish);
  if (!result.success) {
    const [{ path, message }] = result.error.issues;
    throw new Failure(serverText.taskUnfit({ field: path.join("."), found: message }));
  }
  const task = result.data;
  return {
    id: task.id,
    taskPrompt: task.task_prompt,
    outputPrompt: task.output_prompt || null,
    sessionId: task.session_id ?? null,
    inputFiles: (task.input_files ?? []).map((file) => ({
      id: file.id,
      filename: file.filename,
      mimeType: file.mime_type ?? null,
      sizeBytes: file.size_bytes ?? null,
    })),
  };
}

/** A task as the Server handed it out. */
export interface PolledTask {
  /** The task's JSON as it came, for the journal. */
  readonly raw: unknown;
  /** The task's id, also where the rest of it is not as it should be. */
  readonly id?: string;
  /** Absent where the task's shape is wrong: see `problem`. */
  readonly parsed?: ServerTask;
  /** Why the task cannot be run, in words for its user. */
  readonly problem?: Text;
}

/**
 * A polled task, whatever its shape: one that cannot be parsed keeps its id, so that it can be accepted
 * and reported failed instead of coming again with every poll.
 */
export function polledTask(raw: unknown): PolledTask {
  try {
    const parsed = parseTask(raw);
    return { raw, id: parsed.id, parsed };
  } catch (error) {
    const id = idOf(raw);
    return { raw: isShallow(raw) ? raw : { id }, id, problem: problemOf(error) };
  }
}

function problemOf(error: unknown): Text {
  return error instanceof Failure ? error.text : verbatim(textOf(error).en.slice(0, 200));
}

function idOf(raw: unknown): string | undefined {
  if (typeof raw !== "object" || raw === null || !("id" in raw)) return undefined;
  return typeof raw.id === "string" && raw.id !== "" ? raw.id : undefined;
}

/** Counts levels without recursion, which such JSON would bring down. */
function isShallow(value: unknown): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return false;
    level = level.flatMap((item) =>
      typeof item === "object" && item !== null ? Object.values(item) : []
    );
  }
  return true;
}
