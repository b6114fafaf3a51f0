import { createBudget, createServerClient, ServerError } from "../../src/server/mod.ts";
import type { ServerClient } from "../../src/server/mod.ts";
import { seeded } from "../support/seeded.ts";

/** How long and from where {@linkcode fuzzServer} goes. */
export interface ServerFuzzOptions {
  readonly rounds: number;
  /** The same seed gives the same run. */
  readonly seed: number;
}

/** What a run met. */
export interface ServerFuzzResult {
  readonly rounds: number;
  /** Answers that were taken for the Server's. */
  readonly taken: number;
  /** Answers that ended in an error of ours, by its kind. */
  readonly errors: Readonly<Record<string, number>>;
}

const TASK = {
  id: "t1",
  task_prompt: "do",
  output_prompt: null,
  session_id: "s",
  input_files: [{ id: "f1", filename: "a.txt", mime_type: null, size_bytes: 3 }],
};

/** True answers, to be damaged. */
const BODIES: readonly unknown[] = [
  { has_task: true, task: TASK, should_cancel: false, cancel_task_id: null },
  { has_task: false, task: null, should_cancel: true, cancel_task_id: "t1" },
  { success: true, task_id: "t1", message: "ok", status: "completed" },
  { acknowledged: true, service_id: "s", timestamp: "2026-01-01T00:00:00Z" },
  { files: [{ id: "f1", filename: "a", mime_type: null, size_bytes: 3, created_by: "agent" }] },
  { file_id: "f1", filename: "a", mime_type: null, size_bytes: 3 },
  { error: "NotFound", message: "没有" },
];

const VALUES: readonly unknown[] = [
  null,
  true,
  -1,
  1e308,
  2 ** 53,
  "",
  "..",
  "\u0000\n\u001b[31m",
  "\ud800",
  "x".repeat(10_000),
  [],
  {},
  [[[[]]]],
  { __proto__: null, constructor: 1 },
];

const STATUSES = [
  200,
  200,
  200,
  200,
  201,
  204,
  301,
  307,
  400,
  401,
  403,
  404,
  408,
  409,
  413,
  422,
  429,
  500,
  502,
  999,
];

/**
 * Answers every call of the client with damaged answers over a real connection: damaged JSON, damaged
 * HTTP, cut anywhere.
 *
 * @throws when a call throws anything but a `ServerError`, or returns what its type does not allow
 */
export async function fuzzServer(
  { rounds, seed }: ServerFuzzOptions,
): Promise<ServerFuzzResult> {
  const random = seeded(seed).fraction;
  let answer: Uint8Array = new Uint8Array();
  await using server = rawServer(() => answer);
  await using client = createServerClient({
    baseUrl: `http://127.0.0.1:${server.port}`,
    serviceId: "s",
    apiKey: "k",
    budget: createBudget({ perMinute: Infinity }),
    callMs: 5_000,
    idleMs: 5_000,
  });
  const calls = callsOf(client);
  let taken = 0;
  const errors: Record<string, number> = {};
  for (let round = 0; round < rounds; round++) {
    const [name, call, body] = calls[Math.floor(random() * calls.length)];
    answer = damagedAnswer(random() < 0.7 ? body : undefined, random);
    try {
      await call();
      taken++;
    } catch (error) {
      if (!(error instanceof ServerError) || error.code === "timeout") {
        const sent = new TextDecoder().decode(answer).slice(0, 2_000);
        throw new Error(`seed ${seed}, round ${round}, ${name}: ${sent}`, { cause: error });
      }
      errors[error.kind] = (errors[error.kind] ?? 0) + 1;
    }
  }
  return { rounds, taken, errors };
}

/** Every call with a check of what it returns, and the body that it would like to get. */
function callsOf(client: ServerClient): [name: string, call: () => Promise<void>, body: unknown][] {
  const { signal } = new AbortController();
  const check = (ok: boolean, what: unknown) => {
    if (!ok) throw new Error(`returned ${JSON.stringify(what)?.slice(0, 500)}`);
  };
  const report = {
    taskId: "t",
    status: "failed",
    output: null,
    errorMessage: "",
    fileIds: [],
  } as const;
  const beat = { status: "online", currentLoad: 0, capacity: 1, availableCapacity: 1 } as const;
  const body = () => ReadableStream.from([new TextEncoder().encode("abc")]);
  return [
    ["poll", async () => {
      const { task, cancelTaskId } = await client.poll(beat, signal);
      check(cancelTaskId === undefined || typeof cancelTaskId === "string", cancelTaskId);
      check(!task || (task.parsed === undefined) !== (task.problem === undefined), task);
      check(!task?.parsed || task.parsed.id === task.id, task);
      JSON.stringify(task?.raw);
    }, BODIES[0]],
    ["accept", async () => {
      const answer = await client.accept("t", signal);
      check(["accepted", "not_pending"].includes(answer), answer);
    }, BODIES[2]],
    ["heartbeat", async () => void await client.heartbeat(beat, signal), BODIES[3]],
    ["complete", async () => {
      const answer = await client.complete(report, signal);
      check(["done", "not_running"].includes(answer), answer);
    }, BODIES[2]],
    ["list", async () => {
      const files = await client.listFiles("t", signal) ?? [];
      check(files.every(({ id, filename }) => id !== "" && typeof filename === "string"), files);
    }, BODIES[4]],
    [
      "exists",
      async () => check(typeof await client.fileExists("f", signal) === "boolean", ""),
      BODIES[6],
    ],
    ["download", async () => {
      let bytes = 0;
      const into = (chunk: Uint8Array) => void (bytes += chunk.length);
      check(await client.download({ id: "f", sizeBytes: 3 }, into, signal) === 3, bytes);
    }, 123],
    ["upload", async () => {
      const upload = { taskId: "t", name: "a", size: 3, body };
      const { fileId } = await client.upload(upload, signal);
      check(typeof fileId === "string" && fileId !== "", fileId);
    }, BODIES[5]],
  ];
}

/** Reads a request, sends what it is told to, ends the connection. */
function rawServer(answer: () => Uint8Array): { port: number } & AsyncDisposable {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const serve = async (connection: Deno.Conn) => {
    using open = connection;
    const buffer = new Uint8Array(65_536);
    let head = "";
    while (!/\r\n\r\n/.test(head) || (/^POST/.test(head) && !head.includes("\r\n0\r\n"))) {
      const count = await open.read(buffer);
      if (count === null) return;
      head += new TextDecoder().decode(buffer.subarray(0, count));
    }
    const bytes = answer();
    for (let sent = 0; sent < bytes.length;) sent += await open.write(bytes.subarray(sent));
  };
  const running = (async () => {
    for await (const connection of listener) serve(connection).catch(() => {});
  })();
  return {
    port: listener.addr.port,
    async [Symbol.asyncDispose]() {
      listener.close();
      await running;
    },
  };
}

function damagedAnswer(wished: unknown, random: () => number): Uint8Array {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)];
  const body = random() < 0.2 ? randomBytes(random, 200) : new TextEncoder().encode(
    damagedText(JSON.stringify(damaged(wished ?? pick(BODIES), random)), random),
  );
  const headers = [`HTTP/1.1 ${pick(STATUSES)} X`];
  if (random() < 0.3) headers.push("content-disposition: attachment");
  if (random() < 0.2) headers.push("location: " + pick(["http://x.example/", "//", "\x7f", "/a"]));
  if (random() < 0.1) headers.push("content-encoding: gzip");
  const length = random() < 0.9 ? body.length : Math.floor(random() * 500);
  headers.push(
    random() < 0.9 ? `content-length: ${length}` : "transfer-encoding: chunked",
    "connection: close",
  );
  const head = new TextEncoder().encode(headers.join("\r\n") + "\r\n\r\n");
  const whole = new Uint8Array([...head, ...body]);
  if (random() < 0.1) return whole.subarray(0, Math.floor(random() * whole.length));
  if (random() < 0.1) whole[Math.floor(random() * whole.length)] = Math.floor(random() * 256);
  return whole;
}

/** Puts an odd value somewhere into a copy. */
function damaged(value: unknown, random: () => number): unknown {
  if (random() < 0.15) return VALUES[Math.floor(random() * VALUES.length)];
  if (Array.isArray(value)) return value.map((item) => damaged(item, random));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(() => random() > 0.03);
  return Object.fromEntries(entries.map(([key, item]) => [key, damaged(item, random)]));
}

function damagedText(text: string, random: () => number): string {
  if (random() < 0.7) return text;
  const at = Math.floor(random() * text.length);
  return text.slice(0, at) + (random() < 0.5 ? "" : text.slice(at + 1));
}

function randomBytes(random: () => number, most: number): Uint8Array {
  return Uint8Array.from({ length: Math.floor(random() * most) }, () => random() * 256);
}
