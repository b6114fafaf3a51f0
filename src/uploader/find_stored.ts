import type { ServerClient } from "../server/mod.ts";

/** Which file is looked for. */
export interface StoredQuestion {
  readonly server: ServerClient;
  readonly taskId: string;
  /** As it was sent. */
  readonly file: { readonly name: string; readonly size: number };
  /** Ids of files that are known to be others. */
  readonly knownIds: ReadonlySet<string>;
  readonly signal: AbortSignal;
}

/**
 * Looks on the Server for a file whose upload had no answer. It is there under an id that is not
 * known, with the file's name and size, if its download answers: a row alone is no file.
 *
 * @throws {ServerError} the Server did not say
 */
export async function findStored(
  { server, taskId, file, knownIds, signal }: StoredQuestion,
): Promise<string | undefined> {
  for (const candidate of await server.listFiles(taskId, signal) ?? []) {
    if (candidate.filename !== file.name || candidate.sizeBytes !== file.size) continue;
    if (knownIds.has(candidate.id) || candidate.createdBy === "client") continue;
    if (await server.fileExists(candidate.id, signal)) return candidate.id;
  }
  return undefined;
}
