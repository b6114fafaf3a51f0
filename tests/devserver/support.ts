import { type DevServer, type DevServerOptions, startDevServer } from "../../src/devserver/mod.ts";

/** An answer that was read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Its JSON, or undefined. */
  readonly json: Record<string, unknown> | undefined;
}

/** Reads an answer to its end. */
export async function read(response: Response): Promise<Answer> {
  const text = await response.text();
  let json: Record<string, unknown> | undefined;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  return { status: response.status, headers: response.headers, text, json };
}

/** What an agent sends with every call. */
export function agentHeaders(agent: { serviceId: string; apiKey: string }): Record<string, string> {
  return {
    authorization: `Bearer ${agent.apiKey}`,
    "x-api-key": agent.apiKey,
    "x-service-id": agent.serviceId,
  };
}

/**
 * The calls of an agent, by plain fetch, each on a connection of its own: on one that was used before,
 * fetch by itself repeats a request that is cut without an answer, and the caller never hears of it.
 */
export function agentOf(server: DevServer, agent: { serviceId: string; apiKey: string }) {
  const headers = { ...agentHeaders(agent), connection: "close" };
  const base = `${server.url}/api/v1/agent/${agent.serviceId}`;
  const files = `${server.url}/api/v1/files/agent/${agent.serviceId}/files`;
  const post = async (call: string, body: unknown) =>
    await read(
      await fetch(`${base}/${call}`, {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body: typeof body === "string" ? body : JSON.stringify(body),
      }),
    );
  return {
    ...agent,
    headers,
    files,
    post,
    poll: () => post("poll", { current_load: 0, available_capacity: 1 }),
    accept: (taskId: string) => post("accept", { task_id: taskId }),
    heartbeat: (over: Record<string, unknown> = {}) =>
      post("heartbeat", {
        status: "online",
        current_load: 0,
        capacity: 2,
        available_capacity: 2,
        ...over,
      }),
    complete: (taskId: string, over: Record<string, unknown> = {}) =>
      post("complete", {
        task_id: taskId,
        status: "completed",
        output: null,
        error_message: null,
        file_ids: [],
        ...over,
      }),
    list: async (taskId: string) =>
      await read(await fetch(`${files}/list/${encodeURIComponent(taskId)}`, { headers })),
    download: async (fileId: string) =>
      await read(await fetch(`${files}/${encodeURIComponent(fileId)}/download`, { headers })),
    upload: async (taskId: string, name: string, content: string, mimeType?: string) => {
      const form = new FormData();
      form.append("task_id", taskId);
      form.append("file", new Blob([content], { type: mimeType }), name);
      return await read(await fetch(`${files}/upload`, { method: "POST", headers, body: form }));
    },
  };
}

export type Agent = ReturnType<typeof agentOf>;

/** A Server with a registered agent, closed together. */
export async function withAgent(
  options: DevServerOptions,
  test: (server: DevServer, agent: Agent) => Promise<void>,
): Promise<void> {
  await using server = await startDevServer(options);
  await test(server, agentOf(server, server.createAgent("first", 2)));
}

/** Sends bytes as they are. @returns everything that came until the Server closed the connection */
export async function raw(
  server: DevServer,
  parts: readonly (string | Uint8Array)[],
  { close = false }: { readonly close?: boolean } = {},
): Promise<string> {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  try {
    for (const part of parts) {
      const bytes = typeof part === "string" ? new TextEncoder().encode(part) : part;
      for (let sent = 0; sent < bytes.length;) sent += await conn.write(bytes.subarray(sent));
    }
    if (close) return "";
    return new TextDecoder().decode(await new Response(conn.readable).bytes());
  } finally {
    try {
      conn.close();
    } catch {
      // reading to the end has closed it
    }
  }
}

/** The head of a request with an agent's keys; the connection ends after its answer. */
export function rawHead(
  method: string,
  path: string,
  headers: Readonly<Record<string, string | number>>,
): string {
  const lines = Object.entries({ host: "x", connection: "close", ...headers })
    .map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`;
}

/** Uploads with a Content-Disposition made by hand, byte for byte. */
export async function rawUpload(
  server: DevServer,
  agent: Agent,
  taskId: string,
  disposition: string | Uint8Array,
  content = "x",
): Promise<string> {
  const encode = (text: string) => new TextEncoder().encode(text);
  const line = typeof disposition === "string" ? encode(disposition) : disposition;
  const before = encode(
    `--b\r\nContent-Disposition: form-data; name="task_id"\r\n\r\n${taskId}\r\n--b\r\n` +
      `Content-Disposition: `,
  );
  const after = encode(`\r\n\r\n${content}\r\n--b--\r\n`);
  const head = rawHead("POST", new URL(`${agent.files}/upload`).pathname, {
    ...agent.headers,
    "content-type": "multipart/form-data; boundary=b",
    "content-length": before.length + line.length + after.length,
  });
  return await raw(server, [head, before, line, after]);
}

/** The status of a raw answer. */
export function statusOf(answer: string): number {
  return Number(answer.split(" ")[1]);
}

/** Waits until something is so, for 10 s at most. */
export async function until(check: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 10_000;
  while (!await check()) {
    if (performance.now() > end) throw new Error(`not within 10 s: ${check}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
