import type * as z from "zod/mini";
import { controlText, Failure, type Text, textOf, verbatim } from "../i18n/mod.ts";
import { inEnglish, sleep } from "../util/mod.ts";
import { connectTo, converse } from "./connection.ts";
import { readControlPoint } from "./control_point.ts";
import type { ControlAnswer, ControlPoint, ControlRequest } from "./control_protocol.ts";
import { readLine, writeLine } from "./lines.ts";
import { isRunning } from "./lock.ts";

/** Bytes that an answer may have: a status with some thousand tasks. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

/** There is no agent to ask. */
export class NotRunning extends Failure {
  override readonly name = "NotRunning";
}

/** The agent is there, but there was no good answer. */
export class ControlFailure extends Failure {
  override readonly name = "ControlFailure";
  /** `refused`: it answered no. The others: it may or may not have acted. */
  readonly kind: "unreachable" | "silent" | "nonsense" | "refused";

  constructor(kind: ControlFailure["kind"], text: Text) {
    super(text);
    this.kind = kind;
  }
}

/** What to ask whom. */
export interface CallControlOptions<R extends ControlRequest> {
  readonly dataDir: string;
  readonly request: R;
  /** Milliseconds until the answer must be there. @default {5000} */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Asks the agent that runs on a data folder.
 *
 * ```ts
 * const status = await callControl({ dataDir, request: { command: "status" } });
 * ```
 *
 * @throws {NotRunning} when the lock says that there is none, whatever files are there.
 * @throws {ControlFailure} when it does not answer as it should.
 * @throws {Failure} when this user may not ask.
 */
export async function callControl<R extends ControlRequest>(
  { dataDir, request, timeoutMs = 5000, signal }: CallControlOptions<R>,
): Promise<ControlAnswer<R["command"]>> {
  const deadline = AbortSignal.timeout(timeoutMs);
  const either = signal ? AbortSignal.any([signal, deadline]) : deadline;
  try {
    const point = await pointOf(dataDir, either);
    const line = await exchange(point, request, either);
    return await unwrap(line, request.command, dataDir) as ControlAnswer<R["command"]>;
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof Failure) throw error;
    if (deadline.aborted) {
      const seconds = timeoutMs / 1000;
      throw new ControlFailure("silent", controlText.controlSilent({ dataDir, seconds }));
    }
    // It may have gone between the look at the lock and the question.
    if (!(await isRunning(dataDir))) throw new NotRunning(controlText.notRunning({ dataDir }));
    const reason = textOf(error);
    throw new ControlFailure("unreachable", controlText.controlUnreachable({ dataDir, reason }));
  }
}

/** An agent that has just taken the lock opens its channel a moment later: waits for it that long. */
async function pointOf(dataDir: string, signal: AbortSignal): Promise<ControlPoint> {
  for (;;) {
    // Without the lock a file of a dead agent, or a copied folder, could lead to somebody else.
    if (!(await isRunning(dataDir))) throw new NotRunning(controlText.notRunning({ dataDir }));
    const point = await readControlPoint(dataDir);
    if (point) return point;
    await sleep(50, signal);
  }
}

async function exchange(
  { address, secret }: ControlPoint,
  request: ControlRequest,
  signal: AbortSignal,
): Promise<string> {
  const connection = await connectTo(address, signal);
  const talk = async () => {
    await writeLine(connection, { secret, request });
    return await readLine(connection, MAX_ANSWER_BYTES);
  };
  return await converse(connection, talk, signal);
}

async function unwrap(
  line: string,
  command: ControlRequest["command"],
  dataDir: string,
): Promise<unknown> {
  const { answerLineSchema, answerSchemas } = await import("./control_protocol.ts");
  const schema: z.ZodMiniType = answerSchemas[command];
  const nonsense = (reason: Text) =>
    new ControlFailure("nonsense", controlText.controlBadAnswer({ dataDir, reason }));
  let raw: unknown;
  try {
    raw = JSON.parse(line);
  } catch (error) {
    throw nonsense(textOf(error));
  }
  const envelope = answerLineSchema.safeParse(raw, inEnglish);
  if (!envelope.success) throw nonsense(verbatim(envelope.error.issues[0].message));
  if (!envelope.data.ok) throw new ControlFailure("refused", envelope.data.error);
  const answer = schema.safeParse(envelope.data.answer, inEnglish);
  if (answer.success) return answer.data;
  const [issue] = answer.error.issues;
  throw nonsense(verbatim(`${issue.path.join(".")}: ${issue.message}`));
}
