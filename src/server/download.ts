import { serverText } from "../i18n/mod.ts";
import { readAnswer } from "./answer.ts";
import type { Deadline } from "./deadline.ts";
import type { InputFile } from "./server_task.ts";
import type { Sink } from "./server_client.ts";
import { ServerError } from "./server_error.ts";
import { troubleOf } from "./trouble.ts";
import { type Call, step, type Wire } from "./wire.ts";

/** Bytes of an error answer. */
const MAX_ERROR = 64 * 1024;

/**
 * Streams a file into `into`; returns its size. There is no limit of time for the whole, only for
 * a silence; the time that `into` takes does not count. 404 with the Server's JSON error is final.
 */
export async function download(
  wire: Wire,
  serviceId: string,
  file: Pick<InputFile, "id" | "sizeBytes">,
  into: Sink,
  signal: AbortSignal,
): Promise<number> {
  const call = downloadCall(serviceId, file.id, signal);
  const facts = wire.facts(call);
  let sinkError: { readonly error: unknown } | undefined;
  const write = async (chunk: Uint8Array) => {
    try {
      await into(chunk);
    } catch (error) {
      sinkError = { error };
      throw error;
    }
  };
  try {
    return await wire.exchange(call, async (response, deadline) => {
      if (response.status !== 200) throw troubleOf(facts, await readAnswer(response, MAX_ERROR));
      const limits = { expected: file.sizeBytes ?? undefined, idleMs: wire.limits.idleMs };
      return await pour(response, write, deadline, { ...limits, url: facts.url });
    });
  } catch (error) {
    signal.throwIfAborted();
    // A full disk is not the network's trouble.
    throw sinkError ? sinkError.error : error;
  }
}

/** Whether a file is really there: a row in the list may be without its bytes. */
export async function fileExists(
  wire: Wire,
  serviceId: string,
  fileId: string,
  signal: AbortSignal,
): Promise<boolean> {
  const call = downloadCall(serviceId, fileId, signal);
  return await wire.exchange(call, async (response) => {
    if (response.status === 200 && isTheFile(response)) {
      await response.body?.cancel();
      return true;
    }
    const answer = await readAnswer(response, MAX_ERROR);
    if (answer.status === 404 && answer.refusal) return false;
    throw troubleOf(wire.facts(call), answer);
  });
}

function downloadCall(serviceId: string, fileId: string, signal: AbortSignal): Call {
  return {
    name: "download",
    kind: "transfer",
    method: "GET",
    path: `/api/v1/files/agent/${step(serviceId)}/files/${step(fileId)}/download`,
    headers: { "Accept": "*/*", "Accept-Encoding": "identity" },
    final: [404],
    signal,
  };
}

/** The Server names every file that it sends; a portal's web page with status 200 does not. */
function isTheFile(response: Response): boolean {
  return response.headers.has("content-disposition");
}

async function pour(
  response: Response,
  write: (chunk: Uint8Array) => Promise<void>,
  deadline: Deadline,
  { expected, idleMs, url }: {
    readonly expected: number | undefined;
    readonly idleMs: number;
    readonly url: string;
  },
): Promise<number> {
  let bytes = 0;
  const wrongSize = () => {
    const text = serverText.wrongSize({ url, bytes, expected: expected ?? 0 });
    // Without its header it was not the Server that answered, and nothing is to be made of it.
    const code = isTheFile(response) ? "wrong_size" : "not_the_server";
    return new ServerError(text, { kind: "outage", status: 200, code, sent: "maybe" });
  };
  deadline.allow(idleMs);
  for await (const chunk of chunksOf(response)) {
    bytes += chunk.length;
    if (expected !== undefined && bytes > expected) throw wrongSize();
    deadline.allow(Infinity);
    await write(chunk);
    deadline.allow(idleMs);
  }
  if (expected !== undefined && bytes < expected) throw wrongSize();
  return bytes;
}

/** How much is read at a time. Bytes. */
const CHUNK = 64 * 1024;

/** The body in one buffer that is used again and again: a chunk is valid until the next one. */
async function* chunksOf({ body }: Response): AsyncGenerator<Uint8Array> {
  if (!body) return;
  const reader = body.getReader({ mode: "byob" });
  let buffer = new ArrayBuffer(CHUNK);
  try {
    while (true) {
      const { done, value } = await reader.read(new Uint8Array(buffer));
      if (done) return;
      yield value;
      buffer = value.buffer;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
