import {
  createBudget,
  createServerClient,
  type ServerClient,
  type ServerClientOptions,
} from "../../src/server/mod.ts";
import { type DevServer, type DevServerOptions, startDevServer } from "../../src/devserver/mod.ts";

/** A development Server with one agent, and that agent's client. */
export interface Stage extends AsyncDisposable {
  readonly server: DevServer;
  readonly client: ServerClient;
  readonly serviceId: string;
  readonly apiKey: string;
  readonly signal: AbortSignal;
  /** A running task of this agent. */
  runningTask(files?: { name: string; content: string; claimedSize?: number }[]): Promise<string>;
}

/** Starts both. Without a rate limit unless asked for. */
export async function withServer(
  options: DevServerOptions = {},
  clientOptions: Partial<ServerClientOptions> = {},
): Promise<Stage> {
  const server = await startDevServer({ ratePerMinute: Infinity, ...options });
  const { serviceId, apiKey } = server.createAgent("test", 4);
  const client = createServerClient({
    baseUrl: server.url,
    serviceId,
    apiKey,
    budget: createBudget({ perMinute: Infinity }),
    ...clientOptions,
  });
  const { signal } = new AbortController();
  return {
    server,
    client,
    serviceId,
    apiKey,
    signal,
    async runningTask(files = []) {
      const task = await server.submit({ serviceId, prompt: "go", files });
      await client.accept(task.id, signal);
      return task.id;
    },
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await server.stop();
    },
  };
}

/** A file's bytes as a stream; each opening has its own copy. */
export function bytes(content: string | Uint8Array): () => ReadableStream<Uint8Array> {
  const whole = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return () => ReadableStream.from([whole.slice()]);
}
