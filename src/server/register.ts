import * as z from "zod/mini";
import { Failure, serverText, type Text } from "../i18n/mod.ts";
import type { Answer } from "./answer.ts";
import type { ConnectionOptions } from "./http_client.ts";
import { ServerError } from "./server_error.ts";
import { concealing, type TimeLimits, Wire } from "./wire.ts";

/**
 * Why a registration failed:
 * - `unknown_token`: no such token, or used up (404, 401)
 * - `already_registered` (409), `revoked` (403)
 * - `unreachable`: no connection came about; the token is untouched
 * - `tls`: no trusted connection came about; the token is untouched
 * - `not_a_server`: what answered is no OpenAaaS Server; also a redirect
 * - `rate_limited`: 429; the token is untouched
 * - `refused`: the Server refused in another way; the token is untouched
 * - `lost_answer`: the token may be used up: a new one is needed
 */
export type RegisterReason =
  | "unknown_token"
  | "already_registered"
  | "revoked"
  | "unreachable"
  | "tls"
  | "not_a_server"
  | "rate_limited"
  | "refused"
  | "lost_answer";

/** A registration that failed; its text has the next step. Never the token. */
export class RegisterError extends Failure {
  override readonly name = "RegisterError";
  readonly reason: RegisterReason;

  constructor(reason: RegisterReason, text: Text, options?: ErrorOptions) {
    super(text, options);
    this.reason = reason;
  }
}

/** What a service gets for its token. `name` is the service's name on the Server, not the agent's. */
export interface Registration {
  readonly serviceId: string;
  readonly apiKey: string;
  readonly name: string;
}

/** What {@linkcode register} needs. */
export interface RegisterOptions extends ConnectionOptions, TimeLimits {
  readonly token: string;
  readonly capacity: number;
  readonly signal?: AbortSignal;
}

/** The key and the id are headers of every later call: visible ASCII. */
const HEADER = z.string().check(z.maxLength(512), z.regex(/^[\x21-\x7e]+$/));
const ANSWER = z.object({
  service_id: HEADER,
  api_key: HEADER,
  name: z.nullish(z.string().check(z.maxLength(10_000))),
});

/**
 * Trades a registration token for a service id and an api key. Sent once: the token is burned before
 * the answer, so this is never repeated by itself.
 *
 * @throws {RegisterError}
 */
export async function register(options: RegisterOptions): Promise<Registration> {
  const { token, capacity, signal = new AbortController().signal } = options;
  using wire = new Wire({ ...options, secret: token.trim() });
  const call = {
    name: "register",
    kind: "vital",
    method: "POST",
    path: "/api/v1/agent/register",
    json: { registration_token: token.trim(), capacity },
    signal,
  } as const;
  const answer = await wire.ask(call).catch((error) => {
    throw error instanceof ServerError ? fromTransport(error, wire.baseUrl) : error;
  });
  const result = answer.status === 200 ? ANSWER.safeParse(answer.json) : undefined;
  if (!result?.success) throw fromAnswer(answer, wire.baseUrl, token.trim());
  const { service_id: serviceId, api_key: apiKey, name } = result.data;
  return { serviceId, apiKey, name: name ?? "" };
}

/** No answer, or only a part of one. */
function fromTransport(error: ServerError, url: string): RegisterError {
  const options = { cause: error };
  const why = error.text;
  if (error.kind === "rate_limited") {
    return new RegisterError("rate_limited", serverText.registerRateLimited({ url }), options);
  }
  if (error.code === "tls") {
    return new RegisterError("tls", serverText.registerTls({ url, why }), options);
  }
  return error.sent === "no"
    ? new RegisterError("unreachable", serverText.registerUnreachable({ url, why }), options)
    : new RegisterError("lost_answer", serverText.registerLost({ url, why }), options);
}

/** Any answer but the wished one. A status says something only with the Server's JSON error. */
function fromAnswer(answer: Answer, url: string, token: string): RegisterError {
  const { status, refusal, location } = answer;
  if (location !== undefined) {
    const to = concealing(token)(location);
    return new RegisterError("not_a_server", serverText.registerRedirect({ url, location: to }));
  }
  if (status === 408 || status >= 500) {
    return new RegisterError("lost_answer", serverText.registerTrouble({ url, status }));
  }
  if (!refusal) {
    return new RegisterError("not_a_server", serverText.registerNoServer({ url, status }));
  }
  switch (status) {
    case 401:
    case 404:
      return new RegisterError("unknown_token", serverText.registerUnknownToken({ url }));
    case 403:
      return new RegisterError("revoked", serverText.registerRevoked({ url }));
    case 409:
      return new RegisterError("already_registered", serverText.registerTaken({ url }));
    default: {
      const said = concealing(token)(`${refusal.code}: ${refusal.message}`);
      return new RegisterError("refused", serverText.registerRefused({ url, status, said }));
    }
  }
}
