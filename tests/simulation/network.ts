import type { HttpAnswer } from "../../src/devserver/http_answer.ts";
import { CutHere, type RequestBody } from "../../src/devserver/http_body.ts";
import type { HttpRequest } from "../../src/devserver/http_server.ts";
import { findRoute } from "../../src/devserver/routes.ts";
import { joined } from "../../src/util/mod.ts";
import { type Arrived, falseAnswerOf, half, responseOf } from "./arrived_answer.ts";
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
  carryBy((url, init) => new Passage(network, url, init).answer());
}

/** Longer than any network takes and shorter than the agent's own limit of 40 s, milliseconds. */
const SLOW_MS = 35_000;

/** One request on its way there and back. */
class Passage {
  readonly #network: Network;
  readonly #asker = theWorld().current;
  readonly #init: RequestInit;
  readonly #signal: AbortSignal;
  readonly #method: string;
  readonly #path: string;
  readonly #name: string;
  readonly #fault: ServerFault | undefined;
  readonly #end = Promise.withResolvers<Response>();
  /** Calls off what is still to come. */
  #forget = () => {};

  constructor(network: Network, url: string, init: RequestInit) {
    this.#network = network;
    this.#init = init;
    this.#signal = init.signal ?? new AbortController().signal;
    this.#method = init.method ?? "GET";
    this.#path = url.slice(SERVER_URL.length);
    this.#name = findRoute(this.#method, this.#path.split("?")[0]).route?.name ?? "unknown";
    this.#signal.throwIfAborted();
    this.#fault = network.faults.ofRequest(this.#name);
  }

  async answer(): Promise<Response> {
    const onAbort = () => {
      this.#forget();
      this.#end.reject(this.#signal.reason);
    };
    this.#signal.addEventListener("abort", onAbort, { once: true });
    this.#travel().catch(this.#end.reject);
    try {
      return await this.#end.promise;
    } finally {
      this.#signal.removeEventListener("abort", onAbort);
    }
  }

  async #travel(): Promise<void> {
    const { server, watcher } = this.#network;
    const fault = this.#fault;
    if (fault === "not connected" || !server.isUp) {
      return this.#fail("client error (Connect): refused");
    }
    const body = await whole(this.#init.body as ReadableStream<Uint8Array> | null | undefined);
    watcher.onSent(this.#asker, this.#name, body);
    if (fault === "cut before") return this.#fail("connection reset");
    if (fault === "hangs before") return;
    const falseAnswer = falseAnswerOf(fault);
    if (falseAnswer && !fault!.endsWith("after")) return this.#giveBack(falseAnswer);
    this.#arriveWith(body, falseAnswer);
  }

  /** The Server hears of it, whatever has become of the asker. */
  #arriveWith(body: Uint8Array, falseAnswer: Arrived | undefined): void {
    const { server, faults } = this.#network;
    const fault = this.#fault;
    const headers = new Headers(this.#init.headers);
    const request = { method: this.#method, path: this.#path, headers, body, fault };
    const ms = faults.latency() + (fault === "slow" ? SLOW_MS * faults.chance.fraction() : 0);
    const forgetEnd = server.actor.onEnd(() => this.#fail("connection reset"));
    theWorld().after(server.actor, ms, `server ${this.#name}`, async () => {
      const arrived = fault === "twice"
        ? await twice(server, request, faults)
        : await carryOut(server, request);
      forgetEnd();
      if (!arrived || fault === "cut after") {
        return this.#fail("connection closed before message completed");
      }
      if (fault === "hangs after") return;
      this.#giveBack(falseAnswer ?? (fault === "half an answer" ? half(arrived) : arrived));
    });
  }

  #giveBack(answer: Arrived): void {
    this.#later(`${this.#name} answered ${answer.status}`, () => {
      const { watcher } = this.#network;
      if (!answer.rest) watcher.onAnswered(this.#asker, this.#name, answer.status, answer.body);
      this.#end.resolve(responseOf(answer, this.#signal));
    });
  }

  #fail(words: string): void {
    this.#later(`${this.#name} failed`, () => this.#end.reject(new TypeError(words)));
  }

  #later(what: string, then: () => void): void {
    if (this.#signal.aborted) return;
    this.#forget = theWorld().after(this.#asker, this.#network.faults.latency(), what, then);
  }
}

/** The network delivers it a second time, and either answer comes back. */
async function twice(
  server: SimServer,
  request: Travelling,
  { chance }: FaultDraw,
): Promise<Arrived | undefined> {
  const first = await carryOut(server, request);
  const second = await carryOut(server, { ...request, isRepeated: true });
  return chance.is(0.5) ? first : second;
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
