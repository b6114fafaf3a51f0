import { ServerError, type ServerFile } from "../server/mod.ts";
import type { SendOptions } from "./send_file.ts";

/**
 * Looks on the Server for a file whose upload had no answer. It is there under an id that is not
 * known, with the file's name and size, if its download answers: a row alone is no file.
 *
 * @throws {ServerError} the Server did not say
 */
export async function findStored(
  { server, taskId, file, knownIds, signal }: SendOptions,
): Promise<string | undefined> {
  for (const candidate of await list({ server, taskId, signal })) {
    if (candidate.filename !== file.name || candidate.sizeBytes !== file.size) continue;
    if (knownIds.has(candidate.id) || candidate.createdBy === "client") continue;
    if (await server.fileExists(candidate.id, signal)) return candidate.id;
  }
  return undefined;
}

/** A task that the Server does not know has no files; the upload itself will hear that in full. */
async function list(
  { server, taskId, signal }: Pick<SendOptions, "server" | "taskId" | "signal">,
): Promise<readonly ServerFile[]> {
  try {
    return await server.listFiles(taskId, signal);
  } catch (error) {
    const is404 = error instanceof ServerError && error.status === 404;
    if (is404 && error.code !== "not_the_server") return [];
    throw error;
  }
}
