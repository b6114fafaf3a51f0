import { createDirectHttpClient } from "../util/mod.ts";
import type { Endpoint } from "./endpoint.ts";
import type { Transport } from "./transport.ts";

/** Milliseconds that an idle connection is kept: longer than the pauses within one task's steps. */
const POOL_IDLE_MS = 15_000;

/** HTTP by `fetch`: over a unix socket, or over tcp with or without TLS. No proxy is ever used. */
export function openFetchTransport(
  endpoint: Extract<Endpoint, { kind: "unix" | "tcp" }>,
): Transport {
  const client = createDirectHttpClient({ ...options(endpoint), poolIdleTimeout: POOL_IDLE_MS });
  const origin = endpoint.kind === "tcp" ? endpoint.url : "http://localhost";
  return {
    send: ({ path, ...request }) =>
      fetch(origin + path, { ...request, client, redirect: "manual" }),
    [Symbol.dispose]: () => client.close(),
  };
}

function options(
  endpoint: Extract<Endpoint, { kind: "unix" | "tcp" }>,
): Deno.CreateHttpClientOptions {
  if (endpoint.kind === "unix") return { proxy: { transport: "unix", path: endpoint.path } };
  const { ca, cert, key } = endpoint.tls ?? {};
  return {
    ...(ca === undefined ? {} : { caCerts: [ca] }),
    ...(cert === undefined || key === undefined ? {} : { cert, key }),
  };
}
