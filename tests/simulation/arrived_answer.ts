import type { ServerFault } from "./call_faults.ts";

/** An answer as far as it has come. */
export interface Arrived {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array<ArrayBuffer>;
  /** The rest never comes, or the connection is cut. */
  readonly rest?: "hangs" | "cut";
}

const PAGE = new TextEncoder().encode("<html><h1>Welcome</h1></html>");

/** What is answered in the Server's place. */
export function falseAnswerOf(fault: ServerFault | undefined): Arrived | undefined {
  const html = { "content-type": "text/html" };
  switch (fault) {
    case "no server":
      return { status: 200, headers: html, body: PAGE };
    case "502 page":
      return { status: 502, headers: html, body: PAGE };
    case "429":
    case "503":
      return { status: Number(fault), headers: {}, body: new Uint8Array() };
    case "408":
    case "408 after":
    case "500":
    case "500 after":
      return { status: Number(fault.slice(0, 3)), headers: {}, body: new Uint8Array() };
  }
}

/** Half of it has come; whether the rest is cut off or hangs is told by its length. */
export function half(arrived: Arrived): Arrived {
  const { body } = arrived;
  const rest = body.length % 2 === 0 ? "cut" : "hangs";
  return { ...arrived, body: body.slice(0, Math.floor(body.length / 2)), rest };
}

/** What the asker is given of it. */
export function responseOf(
  { status, headers, body, rest }: Arrived,
  signal: AbortSignal,
): Response {
  if (status === 204) return new Response(null, { status, headers });
  const sent = { ...headers, ...!rest && { "content-length": String(body.length) } };
  let isSent = false;
  const stream = new ReadableStream({
    type: "bytes",
    async pull(controller) {
      if (!isSent && body.length > 0) {
        isSent = true;
        return controller.enqueue(body.slice());
      }
      if (rest === "cut") return controller.error(new TypeError("connection reset"));
      if (rest === "hangs") await aborted(signal);
      controller.close();
      controller.byobRequest?.respond(0);
    },
  });
  return new Response(stream, { status, headers: sent });
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
