import { Failure, serverText } from "../i18n/mod.ts";
import { type Clock, createConcealer, createDirectHttpClient, SYSTEM_CLOCK } from "../util/mod.ts";
import { type Answer, readAnswer } from "./answer.ts";
import type { Permit, RequestBudget } from "./budget.ts";
import type { BudgetKind } from "./budget_rules.ts";
import { type Deadline, startDeadline } from "./deadline.ts";
import { type ConnectionOptions, connectionSettings } from "./http_client.ts";
import { type CallFacts, transportTrouble, troubleOf } from "./trouble.ts";

/** How long things may take, in milliseconds. The Server cuts a request after 30 s: ours are longer. */
export interface TimeLimits {
  /** From sending a small request to the end of its answer. @default {40000} */
  readonly callMs?: number;
  /**
   * The same for a heartbeat, at most `callMs`. The Server hands the tasks back after 60 s without one:
   * after 20 s of rest, one that hangs must leave time for more.
   * @default {10000}
   */
  readonly heartbeatMs?: number;
  /** Without a byte of a download, or without one that the network took of an upload. @default {60000} */
  readonly idleMs?: number;
}

/** One request. */
export interface Call {
  /** Name in messages. */
  readonly name: string;
  readonly kind: BudgetKind;
  readonly method: "GET" | "POST";
  /** Below base_url, already encoded. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Makes another body when the time has come; it may move the deadline. */
  readonly open?: (deadline: Deadline) => Promise<ReadableStream<Uint8Array>>;
  /** Statuses that are final with the Server's JSON error. */
  readonly final?: readonly number[];
  /** From sending it to the end of its answer, in milliseconds. @default {callMs of the limits} */
  readonly limitMs?: number;
  readonly signal: AbortSignal;
}

/** Bytes of an answer that is kept in memory, unless the call says otherwise. */
const MAX_ANSWER = 1024 * 1024;

/** Sends requests of one service: headers, budget, time limits, typed errors. */
export class Wire implements Disposable {
  readonly baseUrl: string;
  readonly limits: Required<TimeLimits>;
  readonly #settings: Deno.CreateHttpClientOptions;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #conceal: (words: string) => string;
  readonly #budget: RequestBudget | undefined;
  readonly #clock: Clock;
  readonly #underWay = new Set<Deadline>();
  #client: Deno.HttpClient;

  constructor(
    {
      headers = {},
      secret = "",
      budget,
      callMs = 40_000,
      heartbeatMs = 10_000,
      idleMs = 60_000,
      clock = SYSTEM_CLOCK,
      ...connection
    }:
      & ConnectionOptions
      & TimeLimits
      & {
        readonly headers?: Readonly<Record<string, string>>;
        /** What goes to the Server and must never come back in a message: key or token. */
        readonly secret?: string;
        readonly budget?: RequestBudget;
        /** @default {SYSTEM_CLOCK} */
        readonly clock?: Clock;
      },
  ) {
    this.baseUrl = connection.baseUrl.replace(/\/+$/, "");
    if (!/^https?:$/.test(URL.parse(this.baseUrl)?.protocol ?? "")) {
      throw new Failure(serverText.badBaseUrl({ url: this.baseUrl }));
    }
    this.limits = { callMs, heartbeatMs: Math.min(heartbeatMs, callMs), idleMs };
    this.#headers = headers;
    this.#conceal = concealing(secret);
    this.#budget = budget;
    this.#clock = clock;
    this.#settings = connectionSettings({ ...connection, baseUrl: this.baseUrl });
    this.#client = createDirectHttpClient(this.#settings);
  }

  /** The address of a call, for messages. */
  facts(call: Pick<Call, "name" | "path" | "final">): CallFacts {
    const url = this.baseUrl + call.path;
    return { name: call.name, url, final: call.final, conceal: this.#conceal };
  }

  /** Sends a small request and reads its whole answer, whatever its status. */
  async ask(call: Call, maxAnswer = MAX_ANSWER): Promise<Answer> {
    return await this.exchange(call, (response) => readAnswer(response, maxAnswer));
  }

  /**
   * Sends a request as soon as the budget allows and gives its answer to `read`, which must use it up.
   *
   * @throws {ServerError} no (whole) answer, or 429; the signal's reason; what the call's `open` throws
   */
  async exchange<T>(
    call: Call,
    read: (response: Response, deadline: Deadline) => Promise<T>,
  ): Promise<T> {
    const permit = await this.#budget?.take(call.kind, call.signal);
    let settled = false;
    const settle = (how: keyof Permit) => {
      if (!settled) permit?.[how]();
      settled = true;
    };
    using deadline = startDeadline(
      call.limitMs ?? this.limits.callMs,
      call.signal,
      this.#clock,
    );
    if (call.kind !== "transfer") this.#underWay.add(deadline);
    try {
      const body = call.open ? await call.open(deadline) : jsonBody(call.json);
      const response = await this.#send(call, body, deadline.signal);
      settle(response.status === 429 ? "refused" : "settled");
      if (response.status === 429) {
        throw troubleOf(this.facts(call), await readAnswer(response, MAX_ANSWER));
      }
      return await read(response, deadline);
    } catch (error) {
      call.signal.throwIfAborted();
      if (error instanceof Failure) throw error;
      this.renew();
      throw transportTrouble(this.facts(call), error, deadline.passedMs);
    } finally {
      settle("settled");
      this.#underWay.delete(deadline);
      // Whatever is left of the answer after an error must not hold the connection.
      deadline.abort();
    }
  }

  /** Breaks off small requests under way (they end as an outage) and gives up all idle connections. */
  restart(): void {
    for (const deadline of this.#underWay) deadline.abort(new Error("connections renewed"));
    this.renew();
  }

  /** From now on new connections are made; requests under way keep theirs. */
  renew(): void {
    this.#client.close();
    this.#client = createDirectHttpClient(this.#settings);
  }

  [Symbol.dispose](): void {
    this.#client.close();
  }

  #send(
    call: Call,
    body: ReadableStream<Uint8Array> | undefined,
    signal: AbortSignal,
  ): Promise<Response> {
    const json: Record<string, string> = call.json === undefined
      ? {}
      : { "Content-Type": "application/json" };
    return fetch(this.baseUrl + call.path, {
      method: call.method,
      headers: { "Accept": "application/json", ...this.#headers, ...json, ...call.headers },
      body,
      // A redirect is never followed: it would carry the key to wherever it points.
      redirect: "manual",
      client: this.#client,
      signal,
    });
  }
}

/** Replaces a secret, also as an URL spells it, and what of it is left at the end of words that were cut. */
export function concealing(secret: string): (words: string) => string {
  return createConcealer([secret, encodeURIComponent(secret)]).text;
}

/** One step of a path. What cannot be one (see {@linkcode parseTask}) never gets here by honest means. */
export function step(id: string): string {
  if (id === "." || id === ".." || id === "" || !id.isWellFormed()) {
    throw new Failure(serverText.badId({ id: id.slice(0, 100).toWellFormed() }));
  }
  return encodeURIComponent(id);
}

/**
 * Always a stream: a body that it could send again, Deno's fetch does send again, unasked, when a kept
 * connection is cut before the answer (measured with 2.9.6). Then a completion whose answer was lost
 * would look like one that the Server refused, and a registration would be made twice.
 */
function jsonBody(json: unknown): ReadableStream<Uint8Array> | undefined {
  if (json === undefined) return undefined;
  return ReadableStream.from([new TextEncoder().encode(JSON.stringify(json))]);
}
