import { dockerText } from "../i18n/mod.ts";
import { BodyTooLong, inEnglish, jsonOrUndefined, readBounded } from "../util/mod.ts";
import type * as z from "zod/mini";
import { describeEndpoint, type Endpoint } from "./endpoint.ts";
import { EngineError } from "./engine_error.ts";
import type { EngineName } from "./engine_name.ts";
import { cutAnswer, explainError } from "./explain_error.ts";
import { errorAnswer } from "./engine_answers.ts";
import type { Transport } from "./transport.ts";
import { type Watchdog, watchdog } from "./watchdog.ts";

/** Milliseconds that an ordinary call may take, from the request to the end of its answer. */
const CALL_MS = 60_000;
/** Bytes of an ordinary JSON answer; real ones have some 10 kB, long lists a few hundred. */
const ANSWER_LIMIT = 16 * 1024 * 1024;
const ERROR_LIMIT = 64 * 1024;

/** One call to the engine. */
export interface CallRequest {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Without the version: `/containers/json`. */
  readonly path: string;
  /** Undefined values are left out. */
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Beside those that go with every call. No message and no log tells them. */
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON, a stream as a tar. */
  readonly body?: object | ReadableStream<Uint8Array>;
  /** Statuses that are answers to this call although they are not 2xx. */
  readonly also?: readonly number[];
  /** @default {CALL_MS} */
  readonly limitMs?: number;
  readonly signal?: AbortSignal;
}

/** How to ask for something. */
export type GetOptions = Pick<CallRequest, "query" | "limitMs" | "signal">;

/** A call whose answer has begun: dispose it, and its connection is free again or closed. */
export interface OpenCall extends AsyncDisposable {
  readonly status: number;
  readonly headers: Headers;
  readonly watch: Watchdog;
  /** The answer's body; it can be read once. */
  body(): ReadableStream<Uint8Array>;
  /** The whole body as JSON of this shape. */
  json<T>(schema: z.ZodMiniType<T>, limit?: number): Promise<T>;
  /** What to throw for an error that came while the body was read. */
  explain(error: unknown): unknown;
}

/** What calls are made with. An engine that was replaced gets another one. */
export interface Line {
  readonly endpoint: Endpoint;
  readonly transport: Transport;
  /** `1.41`, or "" for calls without a version. */
  readonly version: string;
  /** Undefined before it has answered a ping. */
  readonly name?: EngineName;
}

/** Makes calls. */
export interface Caller {
  /** Which engine answers. */
  readonly name: EngineName | undefined;
  /** Sends a request. @throws EngineError when the answer is not one of those expected. */
  open(request: CallRequest): Promise<OpenCall>;
  /** Sends a request and reads its answer; errors of `read` are explained. */
  call<T>(request: CallRequest, read: (open: OpenCall) => Promise<T> | T): Promise<T>;
  /** Asks for JSON of this shape. */
  get<T>(path: string, schema: z.ZodMiniType<T>, options?: GetOptions): Promise<T>;
}

/** Where calls go. */
export interface Route {
  /** Undefined until there has been an engine. */
  readonly line: Line | undefined;
  /** Opens another line in the place of this one. */
  renew?(signal?: AbortSignal): Promise<void>;
}

/**
 * Makes a caller. The line is renewed before the first call where there is none yet, and when the engine
 * refuses its version: the call is made once more then, unless its body is a stream, which can be sent
 * but once.
 */
export function createCaller(route: Route): Caller {
  const open = async (request: CallRequest) => {
    if (!route.line) await route.renew?.(request.signal);
    const { version } = route.line!;
    try {
      return await openCall(route.line!, request);
    } catch (error) {
      if (!route.renew || !isVersionRefusal(error)) throw error;
      // Another call may have been refused, and seen to it, before.
      if (route.line!.version === version) await route.renew(request.signal);
      if (route.line!.version === version || request.body instanceof ReadableStream) throw error;
      return await openCall(route.line!, request);
    }
  };
  const call: Caller["call"] = async (request, read) => {
    await using opened = await open(request);
    try {
      return await read(opened);
    } catch (error) {
      throw opened.explain(error);
    }
  };
  return {
    get name() {
      return route.line?.name;
    },
    open,
    call,
    get: (path, schema, options) =>
      call({ ...options, method: "GET", path }, (open) => open.json(schema)),
  };
}

/** "client version 1.52 is too new. Maximum supported API version is 1.51", and the same for too old. */
function isVersionRefusal(error: unknown): boolean {
  return error instanceof EngineError && error.status === 400 &&
    /client version \S+ is too (?:old|new)/i.test(error.detail ?? "");
}

async function openCall(line: Line, request: CallRequest): Promise<OpenCall> {
  const { transport, version } = line;
  const { method, path, limitMs = CALL_MS, signal, also = [] } = request;
  const name = `${method} ${path}`;
  const watch = watchdog(limitMs, signal);
  const sending = new AbortController();
  const close = () => {
    watch[Symbol.dispose]();
    sending.abort();
  };
  const explain = (error: unknown) =>
    explainError(error, { call: name, line, watch, limitMs, signal });
  try {
    signal?.throwIfAborted();
    const response = await transport.send({
      method,
      path: (version === "" ? "" : `/v${version}`) + path + queryText(request.query),
      ...content(request, watch, sending.signal),
      signal: watch.signal,
    });
    if (!response.ok && !also.includes(response.status)) {
      throw await refusal(name, response, line);
    }
    return opened({ response, watch, close, explain }, name, line);
  } catch (error) {
    const shown = explain(error);
    close();
    if (request.body instanceof ReadableStream && !request.body.locked) {
      await request.body.cancel(shown).catch(() => {});
    }
    throw shown;
  }
}

/** As it follows the path; empty where there is nothing to ask. */
function queryText(query: CallRequest["query"] = {}): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined) search.set(key, String(value));
  }
  return search.size === 0 ? "" : `?${search}`;
}

interface Answer extends Pick<OpenCall, "watch" | "explain"> {
  readonly response: Response;
  readonly close: () => void;
}

function opened(
  { response, watch, explain, close }: Answer,
  name: string,
  line: Line,
): OpenCall {
  const body = () => response.body ?? ReadableStream.from<Uint8Array>([]);
  return {
    status: response.status,
    headers: response.headers,
    watch,
    body,
    explain,
    async json(schema, limit = ANSWER_LIMIT) {
      const text = new TextDecoder().decode(await readBounded(body(), limit));
      // A daemon that goes down ends an answer as if it were whole, with nothing in it.
      if (text.trim() === "") throw cutAnswer(name, line);
      const parsed = schema.safeParse(jsonOrUndefined(text), inEnglish);
      if (parsed.success) return parsed.data;
      const issue = parsed.error.issues[0];
      const detail = `${issue.path.join(".") || "JSON"}: ${issue.message}`;
      throw new EngineError(dockerText.answerUnreadable({ engine: line.name, call: name, detail }));
    },
    async [Symbol.asyncDispose]() {
      close();
      // A body that is neither read nor cancelled would keep its connection open.
      if (response.body && !response.body.locked) await response.body.cancel().catch(() => {});
    },
  };
}

/** Only the engine's own `{"message"}` is a refusal; whatever else answers there is not the engine. */
async function refusal(
  call: string,
  response: Response,
  { endpoint, name: engine }: Line,
): Promise<EngineError> {
  const status = response.status;
  const text = await readBounded(response.body, ERROR_LIMIT)
    .then((bytes) => new TextDecoder().decode(bytes), (error) => {
      if (error instanceof BodyTooLong) return "";
      throw error;
    });
  const { success: isEngine, data } = errorAnswer.safeParse(jsonOrUndefined(text));
  const detail = isEngine ? data.message : text.trim().slice(0, 200);
  const facts = { engine, call, status, detail };
  const words = isEngine
    ? dockerText.refused(facts)
    : dockerText.notTheEngine({ ...facts, endpoint: describeEndpoint(endpoint) });
  return new EngineError(words, { status, detail, unreachable: !isEngine });
}

function content(
  { body, headers: more }: Pick<CallRequest, "body" | "headers">,
  watch: Watchdog,
  signal: AbortSignal,
) {
  // The engine would compress tars for us; over a socket of the same machine that only costs time.
  const headers = { "accept-encoding": "identity", ...more };
  if (body === undefined) return { headers };
  if (!(body instanceof ReadableStream)) {
    const type = "application/json";
    return { headers: { ...headers, "content-type": type }, body: JSON.stringify(body) };
  }
  // The limit counts from the last chunk that was taken: a large tar may take its time.
  const touching = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      watch.touch();
      controller.enqueue(chunk);
    },
  });
  const type = "application/x-tar";
  return {
    headers: { ...headers, "content-type": type },
    body: body.pipeThrough(touching, { signal }),
  };
}
