import { join } from "@std/path";
import { createCaller } from "../../src/docker/call.ts";
import { connectEngine, type Endpoint } from "../../src/docker/mod.ts";
import { openTransport } from "../../src/docker/line.ts";

/** What a misbehaving engine does with one request: everything that a real one would never do. */
export type Behaviour = (conn: Deno.Conn, request: string) => Promise<void>;

/** A program on a unix socket that speaks as badly as a test needs. */
export interface FakeEngine extends AsyncDisposable {
  readonly endpoint: Endpoint;
  /** First line of every request. */
  readonly requests: string[];
}

/** Starts one. After each request it closes the connection, when `behave` returns. */
export async function startFakeEngine(behave: Behaviour): Promise<FakeEngine> {
  const folder = await Deno.makeTempDir({ prefix: "agent-core-" });
  const path = join(folder, "d.sock");
  const listener = Deno.listen({ transport: "unix", path });
  const requests: string[] = [];
  const open = new Set<Deno.Conn>();
  const serve = async (conn: Deno.Conn) => {
    open.add(conn);
    try {
      const request = await readHead(conn);
      requests.push(request.split("\r\n")[0]);
      await behave(conn, request);
    } catch { /* the client has gone */ }
    open.delete(conn);
    close(conn);
  };
  const serving = (async () => {
    for await (const conn of listener) serve(conn);
  })();
  return {
    endpoint: { kind: "unix", path },
    requests,
    async [Symbol.asyncDispose]() {
      listener.close();
      open.forEach(close);
      await serving;
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** Connects to a fake engine that answers its pings well, and everything else as `behave` does. */
export async function withFakeEngine(
  behave: Behaviour,
  body: (engine: Awaited<ReturnType<typeof connectEngine>>, fake: FakeEngine) => Promise<void>,
): Promise<void> {
  await using fake = await startFakeEngine((conn, request) =>
    request.includes("_ping") ? write(conn, PONG) : behave(conn, request)
  );
  await using engine = await connectEngine(fake.endpoint);
  await body(engine, fake);
}

/** One call with a time limit of its own, to an engine that misbehaves. */
export async function rawCall(fake: FakeEngine, limitMs: number): Promise<unknown> {
  using transport = openTransport(fake.endpoint);
  const caller = createCaller({ line: { endpoint: fake.endpoint, transport, version: "1.41" } });
  return await caller.call(
    { method: "GET", path: "/info", limitMs },
    async (open) =>
      await new Response(open.body() as ReadableStream<Uint8Array<ArrayBuffer>>).text(),
  );
}

export const PONG = answer("OK", "200 OK", "Api-Version: 1.41\r\n");

/** A whole HTTP answer. */
export function answer(body: string, status = "200 OK", headers = ""): string {
  const length = new TextEncoder().encode(body).length;
  return `HTTP/1.1 ${status}\r\n${headers}Connection: close\r\nContent-Length: ${length}\r\n\r\n${body}`;
}

/** Writes all of it. */
export async function write(conn: Deno.Conn, data: string | Uint8Array): Promise<void> {
  const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
  for (let sent = 0; sent < bytes.length;) sent += await conn.write(bytes.subarray(sent));
}

/** Resolves when the other side has closed. */
export async function closed(conn: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(1024);
  while (await conn.read(buffer).catch(() => null) !== null);
}

async function readHead(conn: Deno.Conn): Promise<string> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(4096);
  let head = "";
  while (!head.includes("\r\n\r\n")) {
    const read = await conn.read(buffer);
    if (read === null) throw new Error("closed");
    head += decoder.decode(buffer.subarray(0, read), { stream: true });
  }
  return head;
}

function close(conn: Deno.Conn) {
  try {
    conn.close();
  } catch { /* closed already */ }
}
