import { schedulerText, textOf } from "../i18n/mod.ts";
import type { Logger } from "../log/mod.ts";
import { type PolledTask, type ServerClient, ServerError } from "../server/mod.ts";
import type { Clock } from "../util/mod.ts";
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
  /** Is given what to call when there is a reason to poll earlier: a slot has come free. */
  readonly onWakeable: (wake: () => void) => void;
  readonly onPoll: (at: number) => void;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

/** Asks for tasks and cancels until the signal. A poll that fails is a poll later. */
export async function pollLoop(options: PollOptions): Promise<void> {
  const { clock, log, signal } = options;
  let lastKind: string | undefined;
  // One that comes while a poll is under way holds, too: that poll said what was true before it.
  let woken = false;
  let rest: AbortController | undefined;
  options.onWakeable(() => {
    woken = true;
    if (lastKind === undefined) rest?.abort();
  });
  while (!signal.aborted) {
    let more = false;
    woken = false;
    try {
      more = await pollOnce(options);
      lastKind = undefined;
    } catch (error) {
      if (signal.aborted) return;
      const kind = error instanceof ServerError ? error.kind : "unknown";
      if (kind !== lastKind) log.warn(schedulerText.pollFailed({ reason: textOf(error) }));
      lastKind = kind;
    }
    const failed = lastKind !== undefined;
    if (woken && !failed) continue;
    const delay = pollDelay({
      pollIntervalSecs: options.pollIntervalSecs,
      now: clock.now(),
      lastActivity: failed ? undefined : options.lastActivity(),
      more,
    });
    if (delay === 0) continue;
    rest = new AbortController();
    await clock.sleep(delay, AbortSignal.any([signal, rest.signal])).catch(() => {});
  }
}

async function pollOnce(options: PollOptions): Promise<boolean> {
  const { clock, server, signal } = options;
  const answer = await server.poll(options.load(), signal);
  options.onPoll(clock.wall());
  if (answer.cancelTaskId !== undefined) {
    await options.cancel(answer.cancelTaskId);
    return false;
  }
  return answer.task !== undefined && await options.take(answer.task);
}
