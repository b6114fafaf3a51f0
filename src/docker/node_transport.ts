import { type ClientRequest, type IncomingMessage, request as httpRequest } from "node:http";
import { Socket } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { errorCode, retry, sleep } from "../util/mod.ts";
import type { Transport, TransportRequest } from "./transport.ts";

/** Statuses whose answer has no body by HTTP's rules. */
const BODYLESS = [101, 204, 205, 304];

/** How often a pipe is tried that has no free end at this moment, and milliseconds between two tries. */
const TRIES = 50;
const PAUSE_MS = 10;
/** What systems and versions of Deno say then; a pipe that is not there at all says the first, too. */
const BUSY = ["ENOENT", "EBUSY", "EAGAIN"];

/**
 * HTTP by `node:http` over a Windows named pipe, which `fetch` cannot reach; a unix socket's path works
 * as well. Each request has a connection of its own, which is closed here and not by the engine: an
 * engine that closes a pipe in the very moment in which it is read again ends this whole process (mio
 * before 1.1, which Deno 2.9 has, https://github.com/tokio-rs/mio/issues/1819).
 */
export function openNodeTransport(socketPath: string): Transport {
  // A pipe has one free end at a time, so that connections are made one after the other.
  let last: Promise<unknown> = Promise.resolve();
  let known = false;
  const connection = async (signal: AbortSignal) => {
    const mine = last.then(() => connect(socketPath, known ? TRIES : 1, signal));
    last = mine.catch(() => {});
    const socket = await mine;
    known = true;
    return socket;
  };
  return {
    send: async (request) =>
      Deno.build.os === "windows"
        ? await send(await connection(request.signal), request)
        // Deno 2.6 takes no socket from outside; with this it can at least use a unix socket.
        : await send(socketPath, request),
    [Symbol.dispose]: () => {},
  };
}

/** Another program may have taken the free end a moment ago; the engine then makes a new one. */
function connect(path: string, tries: number, signal: AbortSignal): Promise<Socket> {
  const wait = (error: unknown, failures: number) => {
    if (failures >= tries || !BUSY.includes(errorCode(error) ?? "")) throw error;
    return sleep(PAUSE_MS, signal);
  };
  return retry(() => connectOnce(path, signal), { signal, wait });
}

/** Not left to `node:http`: an error that comes at once escapes it there and ends the process. */
function connectOnce(path: string, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = new Socket();
    const onAbort = () => {
      socket.destroy();
      reject(signal.reason);
    };
    signal.addEventListener("abort", onAbort, { once: true });
    socket.once("error", reject);
    socket.connect(path, () => {
      signal.removeEventListener("abort", onAbort);
      socket.off("error", reject);
      resolve(socket);
    });
  });
}

function send(to: Socket | string, request: TransportRequest): Promise<Response> {
  const { method, path, headers, body, signal } = request;
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const outgoing = httpRequest({
      ...(typeof to === "string"
        ? { socketPath: to, agent: false }
        : { createConnection: () => to }),
      method,
      path,
      headers: { host: "localhost", connection: "keep-alive", ...headers },
    });
    const close = () => typeof to === "string" || to.destroy();
    // Not by the option `signal`: up to Deno 2.6 that does not end an answer that has begun.
    signal.addEventListener("abort", () => {
      outgoing.destroy();
      reject(signal.reason);
    }, { once: true });
    outgoing.on("error", (error) => {
      close();
      reject(error);
    });
    outgoing.on("response", (incoming) => {
      incoming.on("close", () => close());
      resolve(answer(incoming, signal));
    });
    sendBody(outgoing, body).catch(reject);
  });
}

async function sendBody(outgoing: ClientRequest, body: TransportRequest["body"]): Promise<void> {
  if (body instanceof ReadableStream) {
    await pipeline(Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]), outgoing);
  } else {
    if (body !== undefined) outgoing.setHeader("content-length", new Blob([body]).size);
    outgoing.end(body);
  }
}

function answer(incoming: IncomingMessage, signal: AbortSignal): Response {
  const status = incoming.statusCode ?? 502;
  const headers = new Headers();
  for (let i = 0; i + 1 < incoming.rawHeaders.length; i += 2) {
    headers.append(incoming.rawHeaders[i], incoming.rawHeaders[i + 1]);
  }
  if (BODYLESS.includes(status)) {
    incoming.resume();
    return new Response(null, { status, headers });
  }
  return new Response(bodyOf(incoming, signal), { status, headers });
}

/** The answer's body as a web stream that reads no faster than it is read. */
function bodyOf(incoming: IncomingMessage, signal: AbortSignal): ReadableStream<Uint8Array> {
  const chunks: AsyncIterator<Uint8Array> = incoming[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    start(controller) {
      signal.addEventListener("abort", () => {
        controller.error(signal.reason);
        incoming.destroy();
      }, { once: true });
    },
    async pull(controller) {
      try {
        const { done, value } = await chunks.next();
        if (!done) return controller.enqueue(new Uint8Array(value));
        if (!incoming.complete) {
          throw new Error("the connection was closed before the answer's end");
        }
        controller.close();
      } catch (error) {
        controller.error(signal.aborted ? signal.reason : error);
      }
    },
    cancel() {
      incoming.destroy();
    },
  }, { highWaterMark: 0 });
}
