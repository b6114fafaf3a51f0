import type { Endpoint } from "./endpoint.ts";
import { openFetchTransport } from "./fetch_transport.ts";

/** One HTTP request to an engine. */
export interface TransportRequest {
  readonly method: string;
  /** Path and query, starting with `/`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | ReadableStream<Uint8Array>;
  /** Ends the request, and its answer's body, at any time. */
  readonly signal: AbortSignal;
}

/** HTTP to one endpoint. Resolves when the answer's headers are there; its body is streamed. */
export interface Transport extends Disposable {
  send(request: TransportRequest): Promise<Response>;
}

/** The transport for an endpoint. Nothing is connected before the first request. */
export function openTransport(endpoint: Endpoint): Transport {
  return endpoint.kind === "npipe"
    ? openPipeTransport(endpoint.path)
    : openFetchTransport(endpoint);
}

/** `node:http` is loaded only for those who have a pipe: it takes 2 MB. */
function openPipeTransport(path: string): Transport {
  const opened = import("./node_transport.ts").then((module) => module.openNodeTransport(path));
  return {
    send: async (request) => await (await opened).send(request),
    [Symbol.dispose]: () => {},
  };
}
