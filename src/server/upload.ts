import * as z from "zod/mini";
import { localError, multipartBody } from "./multipart.ts";
import type { Upload } from "./server_client.ts";
import type { LocalFileError } from "./server_error.ts";
import { expectBody } from "./trouble.ts";
import { type Call, step, type Wire } from "./wire.ts";

/**
 * Streams a file to the Server. The limit of time is for a standstill, not for the whole: how long an
 * upload may take is the Server's to say (408). Final: 400 and 404 with the Server's JSON error, 413.
 *
 * @throws {ServerError}
 * @throws {LocalFileError} the file could not be read, or has another size than announced
 */
export async function upload(
  wire: Wire,
  serviceId: string,
  file: Upload,
  signal: AbortSignal,
): Promise<{ fileId: string }> {
  const form = {
    boundary: `agent-core-${crypto.randomUUID()}`,
    taskId: file.taskId,
    name: file.name,
    mimeType: file.mimeType ?? "application/octet-stream",
  };
  let broken: LocalFileError | undefined;
  let body: ReturnType<typeof multipartBody> | undefined;
  const call: Call = {
    name: "upload",
    kind: "transfer",
    method: "POST",
    path: `/api/v1/files/agent/${step(serviceId)}/files/upload`,
    headers: { "Content-Type": `multipart/form-data; boundary=${form.boundary}` },
    async open(deadline) {
      deadline.allow(wire.limits.idleMs);
      const source = await openFile(file);
      const onProgress = () => deadline.allow(wire.limits.idleMs);
      const onBroken = (error: LocalFileError) => broken = error;
      body = multipartBody(form, source, file.size, { onProgress, onBroken });
      return body.stream;
    },
    final: [400, 404, 413],
    signal,
  };
  try {
    const answer = await wire.ask(call);
    // The id is all that matters; it must be fit for the list's and the download's path.
    const schema = z.object({ file_id: z.string().check(z.minLength(1), z.maxLength(256)) });
    return { fileId: expectBody(wire.facts(call), answer, schema).file_id };
  } catch (error) {
    signal.throwIfAborted();
    // The network only knows that the body ended early; the file knows why.
    throw broken ?? error;
  } finally {
    await body?.close();
  }
}

async function openFile(file: Upload): Promise<ReadableStream<Uint8Array>> {
  try {
    return await file.body();
  } catch (error) {
    throw localError(file.name, error);
  }
}
