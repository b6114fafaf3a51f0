import { schedulerText, textOf } from "../i18n/mod.ts";
import type { Logger } from "../log/mod.ts";
import { type PolledTask, type ServerClient, ServerError } from "../server/mod.ts";
import { sleep } from "../util/mod.ts";
import { pollDelay } from "./poll_pace.ts";

/** What the poll loop asks and tells. */
export interface PollOptions {
  readonly server: ServerClient;
  readonly pollIntervalSecs: number;
  readonly load: () => { readonly currentLoad: number; readonly availableCapacity: number };
  /** Tries to take a task; true when it is now this agent's and more could follow at once. */
  readonly take: (task: PolledTask) => Promise<boolean>;
  readonly cancel: (taskId: string) => Promise<void>;
  /** When a task was last accepted or completed, on the monotonic clock. */
  readonly lastActivity: () => number | undefined;
  /** Resolves when there is a reason to poll earlier: a slot has come free. */
  readonly nudge: () => Promise<void>;
  readonly onPoll: (at: number) => void;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** Asks for tasks and cancels until the signal. A poll that fails is a poll later. */
export async function pollLoop(options: PollOptions): Promise<void> {
  const { log, signal } = options;
  let lastKind: string | undefined;
  while (!signal.aborted) {
    let more = false;
    try {
      more = await pollOnce(options);
      lastKind = undefined;
    } catch (error) {
      if (signal.aborted) return;
      const kind = error instanceof ServerError ? error.kind : "unknown";
      if (kind !== lastKind) log.warn(schedulerText.pollFailed({ reason: textOf(error) }));
      lastKind = kind;
    }
    const delay = pollDelay({
      pollIntervalSecs: options.pollIntervalSecs,
      now: performance.now(),
      lastActivity: lastKind === undefined ? options.lastActivity() : undefined,
      more,
    });
    if (delay > 0) await pause(delay, lastKind === undefined ? options.nudge() : undefined, signal);
  }
}

async function pollOnce(options: PollOptions): Promise<boolean> {
  const { server, signal } = options;
  const answer = await server.poll(options.load(), signal);
  options.onPoll(Date.now());
  if (answer.cancelTaskId !== undefined) {
    await options.cancel(answer.cancelTaskId);
    return false;
  }
  return answer.task !== undefined && await options.take(answer.task);
}

async function pause(ms: number, nudge: Promise<void> | undefined, signal: AbortSignal) {
  const timer = new AbortController();
  const waits = [sleep(ms, AbortSignal.any([signal, timer.signal])).catch(() => {})];
  if (nudge) waits.push(nudge);
  await Promise.race(waits);
  timer.abort();
}
