import * as z from "zod/mini";

import { Failure, workspaceText } from "../i18n/mod.ts";
import { inEnglish } from "../util/mod.ts";
import { openRoot } from "./folder.ts";
import { openGuarded } from "./guarded_file.ts";
import type { TaskSheet } from "./types.ts";

/** A task.json is as large as the poll's answer that it was made from, at most. Bytes. */
const MAX_BYTES = 16 * 2 ** 20;

const schema = z.pipe(
  z.object({
    task_id: z.string(),
    task_prompt: z.string(),
    output_prompt: z.nullable(z.string()),
    session_id: z.nullable(z.string()),
    input_files: z.array(z.object({
      id: z.string(),
      filename: z.string(),
      mime_type: z.nullable(z.string()),
      size_bytes: z.nullable(z.number()),
    })),
  }),
  z.transform((sheet): TaskSheet => ({
    id: sheet.task_id,
    taskPrompt: sheet.task_prompt,
    outputPrompt: sheet.output_prompt,
    sessionId: sheet.session_id,
    inputFiles: sheet.input_files.map((file) => ({
      id: file.id,
      filename: file.filename,
      mimeType: file.mime_type,
      sizeBytes: file.size_bytes,
    })),
  })),
);

/**
 * Reads the task back from the `task.json` of a workspace. A container has had it in its hands: it is
 * opened without following links and believed only as far as its shape is right.
 *
 * @throws {Failure} when it is gone, is no regular file, or is not a task.
 */
export async function readTaskSheet(dir: string): Promise<TaskSheet> {
  using folder = openRoot(dir);
  const file = openGuarded(folder, "task.json");
  if ("refused" in file) {
    throw new Failure(workspaceText.noTaskSheet({ path: dir, cause: file.cause }));
  }
  using open = file;
  if (open.size > MAX_BYTES) {
    throw new Failure(workspaceText.noTaskSheet({ path: dir, cause: `${open.size} bytes` }));
  }
  const bytes = new Uint8Array(open.size);
  for (let at = 0, read = 1; at < bytes.length && read > 0; at += read) {
    read = await open.read(bytes.subarray(at), at);
  }
  try {
    return schema.parse(JSON.parse(new TextDecoder().decode(bytes)), inEnglish);
  } catch (error) {
    const cause = error instanceof Error ? error.message.slice(0, 500) : String(error);
    throw new Failure(workspaceText.noTaskSheet({ path: dir, cause }), { cause: error });
  }
}
