import { SILENT } from "../../src/log/mod.ts";
import { pollLoop, type PollOptions } from "../../src/scheduler/poll_loop.ts";

/** Polls until the signal, for an agent that has nothing to do and takes nothing. */
export function idlePoll(
  options: Pick<PollOptions, "server" | "onWakeable" | "onPoll" | "signal" | "clock">,
): Promise<void> {
  return pollLoop({
    ...options,
    pollIntervalSecs: 5,
    load: () => ({ currentLoad: 0, availableCapacity: 1 }),
    take: () => Promise.resolve(false),
    cancel: () => Promise.resolve(),
    lastActivity: () => undefined,
    log: SILENT,
  });
}
