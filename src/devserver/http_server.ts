import { within } from "../util/mod.ts";
import { ByteReader, ConnectionGone } from "./byte_reader.ts";
import { END_OF_HEAD } from "./find_bytes.ts";
import { type HttpAnswer, writeAnswer } from "./http_answer.ts";
import { createBody, CutHere, type RequestBody } from "./http_body.ts";

/** A request whose head was read. */
export interface HttpRequest {
  readonly method: string;
  /** As it was sent, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  readonly body: RequestBody;
  /** Aborted when the connection is cut. */
  readonly signal: AbortSignal;
  /** Waits until the client or the Server ends the connection. */
  gone(): Promise<void>;
}

/** What is to become of a request. */
export interface HttpExchange {
  /** @throws {CutHere} to cut the connection without an answer */
  answer(): Promise<HttpAnswer>;
  /** Called when the answer was written to its end, or was not. */
  over(answer: HttpAnswer | undefined, whole: boolean): void;
}

/** Takes each request whose head was read. */
export type HttpService = (request: HttpRequest) => HttpExchange;

/** An open port. */
export interface HttpListener {
  readonly port: number;
  /** Closes the port, cuts every connection and waits until nothing of them is left. */
  close(): Promise<void>;
}

/** So much of a body that nobody has read is read to its end, to keep the connection for the next request. */
const SMALL_REST = 64 * 1024;
/** How long to go on reading after the answer. Closing with unread bytes resets the connection, and the
 * client would lose the answer. */
const LINGER_MS = 2000;

/**
 * Serves HTTP/1.1 on a port of its own. Deno.serve cannot cut a connection in the middle of a request
 * or between the act and the answer, and node:http's sockets are not the real ones there.
 */
export function listenHttp(
  { hostname, port, service }: { hostname: string; port: number; service: HttpService },
): HttpListener {
  const listener = Deno.listen({ hostname, port });
  const open = new Map<Promise<void>, () => void>();
  const accepting = (async () => {
    for await (const conn of listener) {
      conn.setNoDelay(true);
      const abort = new AbortController();
      const served = serveConnection(conn, service, abort.signal)
        .catch(() => {}) // the client is gone: nobody is left to be told
        .finally(() => {
          abort.abort(new ConnectionGone("the connection was closed"));
          close(conn);
          open.delete(served);
        });
      open.set(served, () => {
        abort.abort(new ConnectionGone("the connection was cut"));
        close(conn);
      });
    }
  })();
  return {
    port: listener.addr.port,
    async close() {
      listener.close();
      await accepting.catch(() => {});
      for (const cut of open.values()) cut();
      await Promise.all(open.keys());
    },
  };
}

async function serveConnection(
  conn: Deno.TcpConn,
  service: HttpService,
  signal: AbortSignal,
): Promise<void> {
  const reader = new ByteReader(conn);
  for (;;) {
    const head = await reader.takeUntil(END_OF_HEAD);
    if (head === undefined) return;
    const request = readHead(head, reader, conn, signal);
    if (!request) {
      await writeAnswer(conn, { status: 400 }, { keep: false, headOnly: false });
      return await linger(conn, reader);
    }
    if (!await serveRequest(conn, reader, request, service)) return;
  }
}

/** @returns whether the connection may be used again */
async function serveRequest(
  conn: Deno.TcpConn,
  reader: ByteReader,
  request: HttpRequest,
  service: HttpService,
): Promise<boolean> {
  const exchange = service(request);
  let answer: HttpAnswer | undefined;
  let whole = false;
  try {
    answer = await exchange.answer();
    const wantsClose = request.headers.get("connection")?.toLowerCase() === "close";
    const keep = !wantsClose && !answer.breakOff && await readRest(request);
    request.body.stop();
    whole = await writeAnswer(conn, answer, { keep, headOnly: request.method === "HEAD" });
    if (answer.breakOff?.how === "hang") await request.gone();
    if (keep || answer.breakOff) return keep;
  } catch (error) {
    if (error instanceof CutHere) return false;
    throw error;
  } finally {
    request.body.stop();
    exchange.over(answer, whole);
  }
  await linger(conn, reader);
  return false;
}

/** Reads what little is left of a body. @returns whether it was read to its end */
async function readRest({ body }: HttpRequest): Promise<boolean> {
  if (body.ended) return true;
  if (body.left > SMALL_REST) return false;
  const rest = async () => {
    while (await body.read());
    return true;
  };
  return await within(LINGER_MS, rest).catch(() => false) ?? false;
}

/** Ends the answer, then reads until the client closes, for {@linkcode LINGER_MS} at most. */
async function linger(conn: Deno.TcpConn, reader: ByteReader): Promise<void> {
  await conn.closeWrite();
  const timer = setTimeout(() => close(conn), LINGER_MS);
  try {
    do reader.take(reader.size); while (await reader.fill());
  } finally {
    clearTimeout(timer);
  }
}

function readHead(
  head: string,
  reader: ByteReader,
  conn: Deno.TcpConn,
  signal: AbortSignal,
): HttpRequest | undefined {
  const [first, ...lines] = head.trimEnd().split("\r\n");
  const [method, target, version] = first.split(" ");
  if (version !== "HTTP/1.1" || !target?.startsWith("/")) return undefined;
  const headers = new Headers();
  try {
    for (const line of lines) {
      const colon = line.indexOf(":");
      headers.append(line.slice(0, colon), line.slice(colon + 1).trim());
    }
  } catch {
    return undefined;
  }
  const length = Number(headers.get("content-length") ?? 0);
  if (!Number.isSafeInteger(length) || length < 0) return undefined;
  const question = target.indexOf("?");
  const body = createBody(reader, {
    chunked: headers.get("transfer-encoding")?.toLowerCase() === "chunked",
    length,
    onFirstRead: async () => {
      if (headers.get("expect")?.toLowerCase() !== "100-continue") return;
      await conn.write(new TextEncoder().encode("HTTP/1.1 100 Continue\r\n\r\n"));
    },
  });
  return {
    method,
    path: question < 0 ? target : target.slice(0, question),
    query: new URLSearchParams(question < 0 ? "" : target.slice(question)),
    headers,
    body,
    signal,
    gone: () => gone(reader, signal),
  };
}

/** Only reading shows that a client has gone; what it sends meanwhile is dropped. */
async function gone(reader: ByteReader, signal: AbortSignal): Promise<void> {
  do reader.take(reader.size); while (!signal.aborted && await reader.fill());
}

function close(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch {
    // closed already
  }
}
