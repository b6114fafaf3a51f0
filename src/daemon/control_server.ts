import { controlText, daemonText, Failure, type Text, textOf } from "../i18n/mod.ts";
import { type Logger, SILENT } from "../log/mod.ts";
import { abortable, jsonOrUndefined } from "../util/mod.ts";
import { type Connection, converse, listenAt, type Listener } from "./connection.ts";
import {
  newControlPoint,
  readControlPoint,
  removeControlPoint,
  writeControlPoint,
} from "./control_point.ts";
import type { ControlAnswer, StopMode } from "./control_protocol.ts";
import { LineTooLong, readLine, writeLine } from "./lines.ts";

/** Bytes that a question may have. */
const MAX_REQUEST_BYTES = 4 * 1024;

/** What the agent does for each question. */
export interface ControlHandlers {
  status(): ControlAnswer<"status"> | Promise<ControlAnswer<"status">>;
  /** Begins the end and returns: the answer says that it was understood, not that it is done. */
  stop(mode: StopMode): void | Promise<void>;
  /** Has a task in doubt reported as failed; that is written down when it returns. */
  fail(taskId: string): void | Promise<void>;
}

/** How {@linkcode serveControl} serves. */
export interface ServeControlOptions {
  /** The data folder, locked by this process. */
  readonly dataDir: string;
  readonly handlers: ControlHandlers;
  /** Milliseconds that a connection may take altogether. @default {10000} */
  readonly timeoutMs?: number;
  /** Connections at a time; more are turned away. @default {32} */
  readonly maxConnections?: number;
  readonly log?: Logger;
}

/** The open channel. Disposing closes it and removes its socket and `agent.control`. */
export interface ControlServer extends AsyncDisposable {
  /** The socket's path or the pipe's name. */
  readonly address: string;
}

/**
 * Opens the control channel of this data folder. Whoever wants an answer must bring the secret from
 * `agent.control`, which only the owner can read; the socket is for the owner alone besides. What an
 * agent that died has left of its channel is removed first.
 *
 * @throws {Failure} when the socket cannot be made.
 */
export async function serveControl(options: ServeControlOptions): Promise<ControlServer> {
  const { dataDir, handlers, timeoutMs = 10_000, maxConnections = 32, log = SILENT } = options;
  await removeControlPoint(dataDir);
  const { address, secret } = await newControlPoint(dataDir);
  const open = new Set<Promise<void>>();
  const closing = new AbortController();
  const onConnection = (connection: Connection) => {
    if (open.size >= maxConnections || closing.signal.aborted) return connection[Symbol.dispose]();
    const limit = AbortSignal.any([closing.signal, AbortSignal.timeout(timeoutMs)]);
    const talk = () => answer(connection, { secret, handlers, signal: limit });
    const talking = converse(connection, talk, limit)
      .catch((error) => log.debug(textOf(error)))
      .finally(() => open.delete(talking));
    open.add(talking);
  };
  let listener: Listener | undefined;
  try {
    listener = await listenAt(address, onConnection);
    if (Deno.build.os !== "windows") await Deno.chmod(address, 0o600);
    await writeControlPoint(dataDir, { address, secret });
  } catch (error) {
    listener?.[Symbol.dispose]();
    throw new Failure(controlText.controlUnreachable({ dataDir, reason: textOf(error) }));
  }
  let closed: Promise<void> | undefined;
  const close = async () => {
    listener[Symbol.dispose]();
    // An answer that is under way (to `stop`, say) still gets out; one that hangs does not.
    const hurry = setTimeout(() => closing.abort(new Error("the channel is closed")), 500);
    await Promise.allSettled(open);
    clearTimeout(hurry);
    // Another channel of this folder may be open by now; what is there is removed only if it is ours.
    if ((await readControlPoint(dataDir).catch(() => undefined))?.secret === secret) {
      await removeControlPoint(dataDir);
    }
  };
  return { address, [Symbol.asyncDispose]: () => closed ??= close() };
}

interface Conversation {
  readonly secret: string;
  readonly handlers: ControlHandlers;
  readonly signal: AbortSignal;
}

async function answer(
  connection: Connection,
  { secret, handlers, signal }: Conversation,
): Promise<void> {
  let words: unknown;
  try {
    const line = await readLine(connection, MAX_REQUEST_BYTES);
    words = { ok: true, answer: await abortable(respond(line, secret, handlers), signal) };
  } catch (error) {
    words = { ok: false, error: refusal(error) };
  }
  await writeLine(connection, words);
  // The one who asked closes a pipe: closing it here in the very moment in which the other side begins
  // to read again ends its whole process (mio before 1.1, https://github.com/tokio-rs/mio/issues/1819).
  if (Deno.build.os === "windows") { while (await connection.read() !== null); }
}

async function respond(line: string, secret: string, handlers: ControlHandlers): Promise<unknown> {
  const { controlRequestSchema, requestLineSchema } = await import("./control_protocol.ts");
  const envelope = requestLineSchema.safeParse(jsonOrUndefined(line));
  if (!envelope.success) throw new Failure(daemonText.controlBadRequest);
  if (!await same(envelope.data.secret, secret)) throw new Failure(daemonText.controlWrongSecret);
  const request = controlRequestSchema.safeParse(envelope.data.request);
  if (!request.success) throw new Failure(daemonText.controlBadRequest);
  if (request.data.command === "status") return await handlers.status();
  if (request.data.command === "stop") await handlers.stop(request.data.mode);
  else await handlers.fail(request.data.taskId);
  return { pid: Deno.pid } satisfies ControlAnswer<"stop" | "fail">;
}

function refusal(error: unknown): Text {
  if (error instanceof LineTooLong) return daemonText.controlTooLong({ bytes: MAX_REQUEST_BYTES });
  return textOf(error);
}

/** Compares without telling by its duration how much was right: who guesses does not know the hash. */
async function same(one: string, other: string): Promise<boolean> {
  const hashes = await Promise.all(
    [one, other].map((words) => crypto.subtle.digest("SHA-256", new TextEncoder().encode(words))),
  );
  const [a, b] = hashes.map((hash) => new Uint8Array(hash));
  return a.every((byte, index) => byte === b[index]);
}
