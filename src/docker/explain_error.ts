import { dockerText, Failure } from "../i18n/mod.ts";
import { BodyTooLong } from "../util/mod.ts";
import { describeEndpoint, type Endpoint } from "./endpoint.ts";
import { EngineError } from "./engine_error.ts";
import { BadLogStream, LogStreamFailed } from "./log_frames.ts";
import { reasonOf } from "./unreachable_reason.ts";
import type { Watchdog } from "./watchdog.ts";

/** What is known about the call that an error came from. */
export interface Circumstances {
  readonly call: string;
  readonly endpoint: Endpoint;
  readonly watch: Watchdog;
  readonly limitMs: number;
  readonly signal?: AbortSignal;
}

/** What to throw for an error of a call: the signal's reason, or an EngineError that says what happened. */
export function explainError(
  error: unknown,
  { call, endpoint, watch, limitMs, signal }: Circumstances,
): unknown {
  if (signal?.aborted) return signal.reason;
  const place = describeEndpoint(endpoint);
  if (watch.expired) {
    const secs = Math.round(limitMs / 1000);
    return new EngineError(dockerText.timedOut({ endpoint: place, call, secs }), {
      call,
      unreachable: true,
      timedOut: true,
    });
  }
  if (error instanceof Failure) return error;
  if (error instanceof BodyTooLong) {
    return new EngineError(dockerText.answerTooLong({ call }), { call });
  }
  if (error instanceof SyntaxError) {
    const text = dockerText.answerUnreadable({ call, detail: error.message });
    return new EngineError(text, { call });
  }
  if (error instanceof LogStreamFailed) {
    const detail = error.message;
    return new EngineError(dockerText.logFailed({ call, detail }), { call, detail });
  }
  if (error instanceof BadLogStream) {
    const detail = error.message;
    return new EngineError(dockerText.logUnreadable({ call, detail }), {
      call,
      detail,
      unreachable: true,
    });
  }
  const reason = reasonOf(error, endpoint);
  return new EngineError(dockerText.noAnswer({ endpoint: place, call, reason }), {
    call,
    unreachable: true,
    cause: error,
  });
}

/** The error for an answer that ended too early. */
export function cutAnswer(call: string, endpoint: Endpoint): EngineError {
  const reason = dockerText.answerCut;
  return new EngineError(
    dockerText.noAnswer({ endpoint: describeEndpoint(endpoint), call, reason }),
    { call, unreachable: true },
  );
}
