import { basename, dirname, join, resolve } from "@std/path";
import * as z from "zod/mini";

import { Failure, imageText, reasonOf } from "../../i18n/mod.ts";
import { inEnglish } from "../../util/mod.ts";
import type { InputSheet, InputSink, TaskSheet } from "../../workspace/mod.ts";
import { UsageFailure } from "../app.ts";
import type { TryOptions } from "./try_folder.ts";

/** A task from the command line. */
export interface TryTask {
  /** Its id is not the real one. */
  readonly sheet: TaskSheet;
  /** Copies one of its input files. */
  readonly copy: (file: InputSheet, sink: InputSink, signal?: AbortSignal) => Promise<void>;
}

/** The file that is the task when no option says anything else. */
const TASK_FILE = "task.md";
const CHUNK = 256 * 1024;

/** A task.json, as a workspace has it or as somebody writes it: paths start at its folder. */
const sheetSchema = z.object({
  task_prompt: z.optional(z.string()),
  prompt: z.optional(z.string()),
  output_prompt: z.nullish(z.string()),
  session_id: z.nullish(z.string()),
  input_files: z._default(
    z.array(z.object({
      filename: z.optional(z.string()),
      mime_type: z.nullish(z.string()),
      local_path: z.string(),
    })),
    [],
  ),
});

interface Source {
  readonly path: string;
  readonly filename: string;
  readonly mimeType: string | null;
}

interface Draft {
  readonly prompt: string;
  readonly outputPrompt: string | null;
  readonly sessionId: string | null;
  readonly sources: readonly Source[];
}

/**
 * Puts the task together: `--prompt`, or `--task` (a task.json, or any text as the prompt), or `task.md`
 * in the folder; the other options are added to it.
 *
 * @throws {UsageFailure} without a prompt, {@linkcode Failure} when a file cannot be read or says nothing to do.
 */
export async function readTryTask(
  options: TryOptions,
  { folder }: { readonly folder: string },
): Promise<TryTask> {
  const draft = await readDraft(options, folder);
  const given = (options.input ?? []).map((path): Source => ({
    path: resolve(path),
    filename: basename(path),
    mimeType: null,
  }));
  const sources = [...draft.sources, ...given];
  const inputFiles = await Promise.all(sources.map(inputSheet));
  return {
    sheet: {
      id: "",
      taskPrompt: draft.prompt,
      outputPrompt: options.outputPrompt ?? draft.outputPrompt,
      sessionId: draft.sessionId,
      inputFiles,
    },
    copy: (file, sink, signal) => copyFile(sources[Number(file.id) - 1].path, sink, signal),
  };
}

async function readDraft({ prompt, task }: TryOptions, folder: string): Promise<Draft> {
  if (prompt !== undefined && task !== undefined) throw new UsageFailure(imageText.tryPromptTwice);
  const plain = (prompt: string) => ({ prompt, outputPrompt: null, sessionId: null, sources: [] });
  if (prompt !== undefined) return plain(prompt);
  const path = resolve(task ?? join(folder, TASK_FILE));
  const text = await Deno.readTextFile(path).catch((error) => {
    if (task === undefined && error instanceof Deno.errors.NotFound) {
      throw new UsageFailure(imageText.tryNoPrompt({ path }));
    }
    throw cannotRead(path, error);
  });
  if (!/\.json$/i.test(path) && !isSheet(text)) return plain(text.trim());
  const draft = readSheet(text, path);
  if (draft.prompt.trim() === "") throw new Failure(imageText.tryNoTaskPrompt({ path }));
  return draft;
}

/** Whether a text is a task.json, whatever its file is called. */
function isSheet(text: string): boolean {
  if (!text.trimStart().startsWith("{")) return false;
  try {
    return ["task_prompt", "task_id", "input_files"].some((key) => key in JSON.parse(text));
  } catch {
    return false;
  }
}

/** A task.json. */
function readSheet(text: string, path: string): Draft {
  try {
    const sheet = sheetSchema.parse(JSON.parse(text), inEnglish);
    return {
      prompt: sheet.task_prompt || sheet.prompt || "",
      outputPrompt: sheet.output_prompt ?? null,
      sessionId: sheet.session_id ?? null,
      sources: sheet.input_files.map((file) => ({
        path: resolve(dirname(path), file.local_path),
        filename: file.filename ?? basename(file.local_path),
        mimeType: file.mime_type ?? null,
      })),
    };
  } catch (error) {
    throw cannotRead(path, error);
  }
}

async function inputSheet({ path, filename, mimeType }: Source, at: number): Promise<InputSheet> {
  const info = await Deno.stat(path).catch((error) => {
    throw cannotRead(path, error);
  });
  if (!info.isFile) throw new Failure(imageText.tryNotAFile({ path }));
  return { id: String(at + 1), filename, mimeType, sizeBytes: info.size };
}

async function copyFile(path: string, sink: InputSink, signal?: AbortSignal): Promise<void> {
  using file = await Deno.open(path).catch((error) => {
    throw cannotRead(path, error);
  });
  const buffer = new Uint8Array(CHUNK);
  for (let read; (read = await file.read(buffer)) !== null;) {
    signal?.throwIfAborted();
    await sink.write(buffer.subarray(0, read));
  }
}

function cannotRead(path: string, error: unknown): Failure {
  return new Failure(imageText.tryCannotRead({ path, reason: reasonOf(error) }), { cause: error });
}
