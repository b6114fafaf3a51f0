import { dockerText, Failure, type Text, verbatim } from "../i18n/mod.ts";
import { BodyTooLong } from "../util/mod.ts";
import { describeEndpoint, type Endpoint } from "./endpoint.ts";
import { EngineError } from "./engine_error.ts";
import { BadLogStream, LogStreamFailed } from "./log_frames.ts";
import type { EngineName } from "./engine_name.ts";
import type { Watchdog } from "./watchdog.ts";

/** Whom a call was made to. */
interface ErrorLine {
  readonly endpoint: Endpoint;
  readonly name?: EngineName;
}

/** What to throw for an error of a call: the signal's reason, or an EngineError that says what happened. */
export function explainError(
  error: unknown,
  { call, line: { endpoint, name: engine }, watch, limitMs, signal }: {
    readonly call: string;
    readonly line: ErrorLine;
    readonly watch: Watchdog;
    readonly limitMs: number;
    readonly signal?: AbortSignal;
  },
): unknown {
  if (signal?.aborted) return signal.reason;
  const place = describeEndpoint(endpoint);
  if (watch.expired) {
    const secs = Math.round(limitMs / 1000);
    const words = dockerText.timedOut({ engine, endpoint: place, call, secs });
    return new EngineError(words, { unreachable: true, timedOut: true });
  }
  if (error instanceof Failure) return error;
  if (error instanceof BodyTooLong) {
    return new EngineError(dockerText.answerTooLong({ engine, call }));
  }
  if (error instanceof SyntaxError) {
    return new EngineError(dockerText.answerUnreadable({ engine, call, detail: error.message }));
  }
  if (error instanceof LogStreamFailed) {
    const detail = error.message;
    return new EngineError(dockerText.logFailed({ engine, call, detail }), { detail });
  }
  if (error instanceof BadLogStream) {
    const detail = error.message;
    return new EngineError(dockerText.logUnreadable({ call, detail }), {
      detail,
      unreachable: true,
    });
  }
  const reason = reasonOf(error, endpoint);
  const words = dockerText.noAnswer({ engine, endpoint: place, call, reason });
  return new EngineError(words, { unreachable: true, cause: error });
}

/** The error for an answer that ended too early. */
export function cutAnswer(call: string, { endpoint, name: engine }: ErrorLine): EngineError {
  const reason = dockerText.answerCut;
  const words = dockerText.noAnswer({
    engine,
    endpoint: describeEndpoint(endpoint),
    call,
    reason,
  });
  return new EngineError(words, { unreachable: true });
}

/** Why a connection to an endpoint did not come about or broke, and what to do about it. */
export function reasonOf(error: unknown, endpoint: Endpoint): Text {
  const words = wordsOf(error);
  const has = (pattern: RegExp) => pattern.test(words);
  if (has(/\bEACCES\b|\bEPERM\b|permission denied|operation not permitted|access is denied/i)) {
    return endpoint.kind === "npipe"
      ? dockerText.reasonPipePermission
      : dockerText.reasonSocketPermission({ path: pathOf(endpoint) });
  }
  if (has(/\bENOENT\b|no such file|cannot find the (?:file|path)/i)) {
    return dockerText.reasonMissing;
  }
  if (has(/\bECONNREFUSED\b|connection refused|actively refused/i)) return dockerText.reasonRefused;
  if (has(/dns error|ENOTFOUND|EAI_AGAIN|lookup address/i)) return dockerText.reasonHostUnknown;
  if (has(/certificate|\btls\b|handshake|InvalidContentType|corrupt message/i)) {
    return dockerText.reasonTls({ detail: words });
  }
  return verbatim(words);
}

/** An error's message with the deepest cause's, which is where fetch keeps the system's words. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error && typeof error.code === "string" ? `${error.code} ` : "";
  return error.cause instanceof Error ? wordsOf(error.cause) : code + shortened(error.message);
}

/** Without fetch's preamble, which repeats the address. */
function shortened(message: string): string {
  return message.replace(/^error sending request.*?: (?=\S)(?:client error \(\w+\): )?/, "");
}

function pathOf(endpoint: Endpoint): string {
  return endpoint.kind === "tcp" ? endpoint.url : endpoint.path;
}
