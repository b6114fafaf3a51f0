import * as z from "zod/mini";
import type { ServerFile } from "./server_client.ts";
import { expectBody } from "./trouble.ts";
import { step, type Wire } from "./wire.ts";

const FILE = z.object({
  id: z.string().check(z.minLength(1), z.maxLength(256)),
  filename: z.string(),
  size_bytes: z.nullish(z.number()),
  created_by: z.catch(z.optional(z.enum(["client", "agent"])), undefined),
});
const ANSWER = z.object({ files: z.array(FILE) });

/** Room for some 30,000 files. Bytes. */
const MAX_LIST_ANSWER = 32 * 1024 * 1024;

/**
 * The files of a task, newest first: its inputs, and what was uploaded for it. Undefined for a task that
 * the Server does not know (404 with its JSON error): it may have been set back to before the task.
 */
export async function listFiles(
  wire: Wire,
  serviceId: string,
  taskId: string,
  signal: AbortSignal,
): Promise<ServerFile[] | undefined> {
  const call = {
    name: "list files",
    kind: "transfer",
    method: "GET",
    path: `/api/v1/files/agent/${step(serviceId)}/files/list/${step(taskId)}`,
    signal,
  } as const;
  const answer = await wire.ask(call, MAX_LIST_ANSWER);
  if (answer.status === 404 && answer.refusal) return undefined;
  const { files } = expectBody(wire.facts(call), answer, ANSWER);
  return files.map((file) => ({
    id: file.id,
    filename: file.filename,
    sizeBytes: file.size_bytes ?? null,
    createdBy: file.created_by,
  }));
}
