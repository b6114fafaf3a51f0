import { joined } from "../util/mod.ts";

/** What is answered to a request. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text and bytes go with a Content-Length, a stream goes in chunks. */
  readonly body?: string | Uint8Array | AsyncIterable<Uint8Array>;
  /** Breaks off after the head and so many bytes of the body (default half, of a stream one piece). */
  readonly breakOff?: { readonly afterBytes?: number; readonly how: "cut" | "hang" };
}

const encoder = new TextEncoder();
const END_OF_CHUNK = encoder.encode("\r\n");

/**
 * Writes an answer. @returns whether all of it went out; false where it was to be broken off
 * @throws when the client is gone
 */
export async function writeAnswer(
  conn: Deno.Conn,
  answer: HttpAnswer,
  { keep, headOnly }: { readonly keep: boolean; readonly headOnly: boolean },
): Promise<boolean> {
  const { status, body = "", breakOff } = answer;
  const bytes = typeof body === "string" ? encoder.encode(body) : body;
  const whole = bytes instanceof Uint8Array;
  const withoutBody = status === 204 || status === 304 || headOnly;
  const headers: Record<string, string> = {
    date: new Date().toUTCString(),
    ...answer.headers,
    connection: keep ? "keep-alive" : "close",
  };
  if (status !== 204 && status !== 304) {
    if (whole) headers["content-length"] = String(bytes.length);
    else headers["transfer-encoding"] = "chunked";
  }
  const head = encoder.encode(headText(status, headers));
  if (withoutBody) return await writeAll(conn, head), true;
  if (!whole) {
    await writeAll(conn, head);
    return await writeChunks(conn, bytes, breakOff && (breakOff.afterBytes ?? 1));
  }
  const sent = breakOff
    ? bytes.subarray(0, breakOff.afterBytes ?? Math.floor(bytes.length / 2))
    : bytes;
  await writeAll(conn, joined([head, sent]));
  return !breakOff;
}

function headText(status: number, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries(headers).map(([name, value]) => {
    // A file's name may have control characters in it, a header may not.
    // deno-lint-ignore no-control-regex
    return `${name}: ${value.replaceAll(/[\x00-\x1f\x7f]/g, "?")}\r\n`;
  });
  return `HTTP/1.1 ${status} ${REASONS.get(status) ?? "Status"}\r\n${lines.join("")}\r\n`;
}

const REASONS = new Map([
  [100, "Continue"],
  [200, "OK"],
  [204, "No Content"],
  [302, "Found"],
  [400, "Bad Request"],
  [401, "Unauthorized"],
  [403, "Forbidden"],
  [404, "Not Found"],
  [405, "Method Not Allowed"],
  [408, "Request Timeout"],
  [409, "Conflict"],
  [413, "Payload Too Large"],
  [422, "Unprocessable Entity"],
  [429, "Too Many Requests"],
  [500, "Internal Server Error"],
  [502, "Bad Gateway"],
  [503, "Service Unavailable"],
]);

/** Writes a stream in chunks, of `most` bytes the first ones only. @returns whether it went to its end */
async function writeChunks(
  conn: Deno.Conn,
  body: AsyncIterable<Uint8Array>,
  most = Infinity,
): Promise<boolean> {
  let left = most;
  for await (const bytes of body) {
    if (bytes.length === 0) continue;
    const sent = bytes.subarray(0, Math.min(bytes.length, left));
    left -= sent.length;
    const size = encoder.encode(`${sent.length.toString(16)}\r\n`);
    await writeAll(conn, joined([size, sent, END_OF_CHUNK]));
    if (left === 0) return false;
  }
  if (most !== Infinity) return false;
  await writeAll(conn, encoder.encode("0\r\n\r\n"));
  return true;
}

async function writeAll(conn: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let sent = 0; sent < bytes.length;) sent += await conn.write(bytes.subarray(sent));
}
