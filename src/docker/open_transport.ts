import type { Endpoint } from "./endpoint.ts";
import { openFetchTransport } from "./fetch_transport.ts";
import type { Transport } from "./transport.ts";

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
