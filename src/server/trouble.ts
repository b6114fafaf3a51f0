import type * as z from "zod/mini";
import { serverText, type Text } from "../i18n/mod.ts";
import { BodyTooLong, inEnglish } from "../util/mod.ts";
import type { Answer } from "./answer.ts";
import { ServerError, type ServerErrorKind } from "./server_error.ts";

/** What is needed to judge a failed call and to speak about it. */
export interface CallFacts {
  /** The call's name in messages, for example `complete`. */
  readonly name: string;
  /** Without query; holds no secret. */
  readonly url: string;
  /** Statuses that are final when the Server's own JSON error comes with them. */
  readonly final?: readonly number[];
  /** Takes secrets out of words of the other side, which has seen them. @default {nothing is taken} */
  readonly conceal?: (words: string) => string;
}

/**
 * The body of a successful answer, checked. Unknown fields are ignored.
 *
 * @throws {ServerError} by the status; an outage where a 2xx does not carry what the Server would send
 */
export function expectBody<T>(call: CallFacts, answer: Answer, schema: z.ZodMiniType<T>): T {
  const { status, json, excerpt } = answer;
  if (status !== 200 && status !== 201) throw troubleOf(call, answer);
  const result = schema.safeParse(json, inEnglish);
  if (result.success) return result.data;
  const [{ path, message }] = result.error.issues;
  const words = json === undefined ? excerpt || "-" : `${path.join(".")}: ${message}`;
  const why = (call.conceal ?? String)(words);
  const text = serverText.notTheServer({ call: call.name, url: call.url, status, why });
  throw new ServerError(text, { kind: "outage", status, code: "not_the_server", sent: "maybe" });
}

/**
 * Judges an answer that is not the wished one, by "Which refusals are final" of the protocol: a status is
 * believed only with the Server's JSON error; what is not final is an outage or the credentials.
 */
export function troubleOf(call: CallFacts, answer: Answer): ServerError {
  return judge(call, call.conceal ? concealed(answer, call.conceal) : answer);
}

/** An answer without the secrets that a server, or a proxy that echoes requests, has put into it. */
function concealed(answer: Answer, conceal: (words: string) => string): Answer {
  const { refusal, location, excerpt } = answer;
  return {
    ...answer,
    refusal: refusal && { code: conceal(refusal.code), message: conceal(refusal.message) },
    location: location && conceal(location),
    excerpt: conceal(excerpt),
  };
}

function judge(call: CallFacts, answer: Answer): ServerError {
  const { status, refusal, location } = answer;
  const facts = { call: call.name, url: call.url, status };
  const why = wordsOf(answer);
  const trouble = (
    kind: ServerErrorKind,
    text: Text,
    sent: "no" | "maybe",
    code = refusal?.code,
  ) => new ServerError(text, { kind, status, code, sent });
  if (location !== undefined) {
    return trouble("outage", serverText.redirected({ ...facts, location }), "no", "redirect");
  }
  if (status === 429) return trouble("rate_limited", serverText.rateLimited(facts), "no");
  if (status === 408) return trouble("timeout408", serverText.cutByServer(facts), "maybe");
  // 413 comes from whatever stands before the Server as well, and is final from anybody.
  if (call.final?.includes(status) && (refusal || status === 413)) {
    return trouble("refused", serverText.refused({ ...facts, why }), "no");
  }
  if (status >= 500) return trouble("outage", serverText.serverTrouble({ ...facts, why }), "maybe");
  if (!refusal) {
    const text = serverText.notTheServer({ ...facts, why });
    return trouble("outage", text, "maybe", "not_the_server");
  }
  if (status === 401 || status === 403) {
    return trouble("credentials", serverText.credentials({ ...facts, why }), "no");
  }
  return trouble("outage", serverText.unexpectedRefusal({ ...facts, why }), "no");
}

/** What the other side said, for the end of a message. */
function wordsOf({ refusal, excerpt }: Answer): string {
  if (refusal) return refusal.message ? `${refusal.code}: ${refusal.message}` : refusal.code;
  return excerpt || "-";
}

/** Judges a call that got no answer, or not a whole one. `timedOut` is the limit that was passed. */
export function transportTrouble(
  call: CallFacts,
  error: unknown,
  timedOutMs: number | undefined,
): ServerError {
  const facts = { call: call.name, url: call.url };
  if (error instanceof ServerError) return error;
  if (timedOutMs !== undefined) {
    const text = serverText.noAnswer({ ...facts, seconds: Math.round(timedOutMs / 1000) });
    return new ServerError(text, { kind: "outage", code: "timeout", sent: "maybe" });
  }
  if (error instanceof BodyTooLong) {
    const text = serverText.answerTooLarge(facts);
    return new ServerError(text, { kind: "outage", code: "too_large", sent: "maybe" });
  }
  const why = shorten((call.conceal ?? String)(reasonOf(error)));
  // Deno's fetch says (Connect) when no connection came about: nothing was sent then.
  const sent = /\(Connect\)|are blocked/.test(why) ? "no" : "maybe";
  if (sent === "no" && /certificate|\btls\b|handshake|corrupt message|fatal alert/i.test(why)) {
    const text = serverText.tlsTrouble({ ...facts, why });
    return new ServerError(text, { kind: "outage", code: "tls", sent }, { cause: error });
  }
  const text = sent === "no"
    ? serverText.unreachable({ ...facts, why })
    : serverText.connectionCut({ ...facts, why });
  const code = sent === "no" ? "unreachable" : "cut";
  return new ServerError(text, { kind: "outage", code, sent }, { cause: error });
}

/** Messages of the error and its causes: Deno keeps the useful part in the innermost one. */
function reasonOf(error: unknown): string {
  const words: string[] = [];
  for (let e = error; e instanceof Error && words.length < 4; e = e.cause) words.push(e.message);
  return words.join(": ") || String(error);
}

/** From "… client error (Connect): tcp connect error: Connection refused" the end is what matters. */
function shorten(why: string): string {
  const end = why.lastIndexOf("client error");
  // deno-lint-ignore no-control-regex
  return why.slice(end < 0 ? 0 : end).replaceAll(/[\s\x00-\x1f\x7f-\x9f]+/g, " ").slice(0, 200);
}
