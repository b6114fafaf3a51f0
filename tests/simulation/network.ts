import type { HttpAnswer } from "../../src/devserver/http_answer.ts";
import { CutHere, type RequestBody } from "../../src/devserver/http_body.ts";
import type { HttpRequest } from "../../src/devserver/http_server.ts";
import { findRoute } from "../../src/devserver/routes.ts";
import { joined } from "../../src/util/mod.ts";
import type { FaultDraw, ServerFault } from "./call_faults.ts";
import { theWorld } from "./globals.ts";
import { carryBy } from "./network_seam.ts";
import { SERVER_URL, type SimServer } from "./sim_server.ts";
import type { Actor } from "./world.ts";

/** What requests travel through at present. */
export interface Network {
  readonly server: SimServer;
  readonly faults: FaultDraw;
  readonly watcher: NetworkWatcher;
}

/** Whoever watches what passes between the agents and the Server. */
export interface NetworkWatcher {
  /** An agent has sent a request, whether or not it will arrive. */
  onSent(asker: Actor, call: string, body: Uint8Array): void;
  /** An agent has been given an answer in full. */
  onAnswered(asker: Actor, call: string, status: number, body: Uint8Array): void;
}

/** Makes a network the one that every request of this process goes through. */
export function connect(network: Network): void {
  carryBy((url, init) => exchange(network, url, init));
}

/** An answer as far as it has come. */
interface Arrived {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array<ArrayBuffer>;
  /** The rest never comes, or the connection is cut. */
  readonly rest?: "hangs" | "cut";
}

async function exchange(
  { server, faults, watcher }: Network,
  url: string,
  init: RequestInit,
): Promise<Response> {
  const world = theWorld();
  const asker = world.current;
  const signal = init.signal ?? new AbortController().signal;
  signal.throwIfAborted();
  const path = url.slice(SERVER_URL.length);
  const method = init.method ?? "GET";
  const name = findRoute(method, path.split("?")[0]).route?.name ?? "unknown";
  const fault = faults.ofRequest(name);
  const { promise, resolve, reject } = Promise.withResolvers<Response>();
  let forget = () => {};
  const onAbort = () => {
    forget();
    reject(signal.reason);
  };
  signal.addEventListener("abort", onAbort, { once: true });
  const later = (what: string, then: () => void) => {
    if (!signal.aborted) forget = world.after(asker, faults.latency(), what, then);
  };
  const fail = (words: string) => later(`${name} failed`, () => reject(new TypeError(words)));
  const travel = async () => {
    if (fault === "not connected" || !server.isUp) return fail("client error (Connect): refused");
    const body = await whole(init.body as ReadableStream<Uint8Array> | null | undefined);
    watcher.onSent(asker, name, body);
    if (fault === "cut before") return fail("connection reset");
    if (fault === "hangs before") return;
    const falseAnswer = falseAnswerOf(fault);
    if (falseAnswer && !fault!.endsWith("after")) {
      return later(`${name} answered`, () => resolve(responseOf(falseAnswer, signal)));
    }
    const request = { method, path, headers: new Headers(init.headers), body, fault };
    const ms = faults.latency() + (fault === "slow" ? 35_000 * faults.chance.fraction() : 0);
    const acted = async (isTwice: boolean) => {
      const first = await carryOut(server, request);
      if (!isTwice) return first;
      const second = await carryOut(server, { ...request, isRepeated: true });
      return faults.chance.is(0.5) ? first : second;
    };
    const end = server.actor.onEnd(() => fail("connection reset"));
    world.after(server.actor, ms, `server ${name}`, () => {
      acted(fault === "twice").then((arrived) => {
        end();
        if (!arrived || fault === "cut after") {
          return fail("connection closed before message completed");
        }
        if (fault === "hangs after") return;
        const answer = falseAnswer ?? (fault === "half an answer" ? half(arrived) : arrived);
        later(`${name} answered ${answer.status}`, () => {
          if (!answer.rest) watcher.onAnswered(asker, name, answer.status, answer.body);
          resolve(responseOf(answer, signal));
        });
      });
    });
  };
  travel().catch(reject);
  try {
    return await promise;
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

const PAGE = new TextEncoder().encode("<html><h1>Welcome</h1></html>");

/** What is answered in the Server's place. */
function falseAnswerOf(fault: ServerFault | undefined): Arrived | undefined {
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
function half(arrived: Arrived): Arrived {
  const { body } = arrived;
  const rest = body.length % 2 === 0 ? "cut" : "hangs";
  return { ...arrived, body: body.slice(0, Math.floor(body.length / 2)), rest };
}

interface Travelling {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
  readonly fault: ServerFault | undefined;
  readonly isRepeated?: boolean;
}

/** @returns undefined where the Server cut the connection */
async function carryOut(server: SimServer, travelling: Travelling): Promise<Arrived | undefined> {
  const { method, path, headers, body, fault, isRepeated } = travelling;
  const question = path.indexOf("?");
  const request: HttpRequest = {
    method,
    path: question < 0 ? path : path.slice(0, question),
    query: new URLSearchParams(question < 0 ? "" : path.slice(question)),
    headers,
    body: bodyOf(body, fault === "cut within" ? Math.floor(body.length / 2) : undefined),
    signal: new AbortController().signal,
    gone: () => new Promise(() => {}),
  };
  try {
    const answer = await server.answer(request, { isRepeated });
    return { status: answer.status, headers: { ...answer.headers }, body: await bytesOf(answer) };
  } catch (error) {
    if (error instanceof CutHere) return undefined;
    throw error;
  }
}

function bodyOf(bytes: Uint8Array, cutAt: number | undefined): RequestBody {
  let at = 0;
  return {
    read() {
      if (cutAt !== undefined && at >= cutAt) return Promise.reject(new CutHere());
      if (at >= bytes.length) return Promise.resolve(undefined);
      const piece = bytes.subarray(at, Math.min(cutAt ?? Infinity, at + 16_384));
      at += piece.length;
      return Promise.resolve(piece);
    },
    get ended() {
      return at >= bytes.length;
    },
    get left() {
      return bytes.length - at;
    },
    stop() {},
    cutAfter() {},
  };
}

async function bytesOf({ body = "" }: HttpAnswer): Promise<Uint8Array<ArrayBuffer>> {
  if (typeof body === "string") return new TextEncoder().encode(body);
  if (body instanceof Uint8Array) return body.slice();
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece.slice());
  return joined(pieces) as Uint8Array<ArrayBuffer>;
}

async function whole(body: ReadableStream<Uint8Array> | null | undefined): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  if (body) { for await (const piece of body) pieces.push(piece.slice()); }
  return joined(pieces);
}

function responseOf({ status, headers, body, rest }: Arrived, signal: AbortSignal): Response {
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
