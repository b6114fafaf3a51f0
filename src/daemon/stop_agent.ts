import { daemonFiles } from "../data_folder/mod.ts";
import { daemonText, Failure, textOf } from "../i18n/mod.ts";
import { sleep } from "../util/mod.ts";
import { callControl, ControlFailure, NotRunning } from "./control_client.ts";
import { removeControlPoint } from "./control_point.ts";
import type { StatusReport, StopMode } from "./control_protocol.ts";
import { readHolder } from "./holder.ts";
import { tidyIfFree } from "./lock.ts";
import { sendSignal } from "./send_signal.ts";
import { markStop, removeStopMark } from "./stop_mark.ts";

/** How to stop which agent. */
export interface StopAgentOptions {
  readonly dataDir: string;
  /** @default {"leave"} */
  readonly mode?: StopMode;
  /** Milliseconds until an agent that was to leave is killed. @default {5000} */
  readonly graceMs?: number;
  /** Milliseconds to wait for the tasks in the other modes; it is never killed then. @default {Infinity} */
  readonly timeoutMs?: number;
  /** Hears about once a second how far a drain has come. */
  readonly onProgress?: (status: StatusReport) => void;
  /** Ends the waiting, not the agent's draining. */
  readonly signal?: AbortSignal;
}

/** What became of the agent. */
export type StopResult =
  | { readonly outcome: "not_running" }
  | {
    readonly outcome: "stopped";
    readonly by: "control" | "signal" | "kill";
    readonly pid?: number;
  }
  /** The time was up; it still works on its tasks and will go afterwards. No status if it did not answer. */
  | { readonly outcome: "still_busy"; readonly status?: StatusReport };

/**
 * Stops the agent of a data folder: over the control channel, else by SIGTERM, and after the grace by
 * SIGKILL. It is gone when its lock is: no number in a file and no zombie can deceive that. A process
 * gets a signal only if the lock is taken and the pid file's number is certainly the agent's. What a
 * dead agent left behind (`agent.pid`, its socket) is removed in any case.
 *
 * @throws {Failure} when it cannot be stopped, or not by this user.
 */
export async function stopAgent(options: StopAgentOptions): Promise<StopResult> {
  const { dataDir, mode = "leave", graceMs = 5000, signal } = options;
  if (await gone(dataDir)) return { outcome: "not_running" };
  const deadline = performance.now() + graceMs;
  let pid: number | undefined;
  let by: "control" | "signal" = "control";
  try {
    const timeoutMs = mode === "leave" ? Math.min(2000, graceMs) : 5000;
    const request = { command: "stop", mode } as const;
    ({ pid } = await callControl({ dataDir, request, timeoutMs, signal }));
  } catch (error) {
    if (error instanceof NotRunning) {
      await gone(dataDir);
      return { outcome: "not_running" };
    }
    if (!(error instanceof ControlFailure) || mode !== "leave") throw error;
    by = "signal";
    // Windows has no such signal: there it would be the kill already.
    if (Deno.build.os !== "windows") pid = await send(dataDir, "SIGTERM");
  }
  if (mode !== "leave") return await untilDone(options, pid);
  if (!await untilGone(dataDir, deadline, signal)) return await kill(dataDir, signal);
  await removeStopMark(dataDir);
  return { outcome: "stopped", by, pid };
}

async function kill(dataDir: string, signal?: AbortSignal): Promise<StopResult> {
  const pid = await send(dataDir, "SIGKILL");
  // Without a process to end there is nothing to wait for.
  const waitMs = pid === undefined ? 0 : 5000;
  if (await untilGone(dataDir, performance.now() + waitMs, signal)) {
    return { outcome: "stopped", by: "kill", pid };
  }
  const reason = pid === undefined
    ? daemonText.stopNoPid({ pidFile: daemonFiles(dataDir).pid })
    : daemonText.stopUndead({ pid });
  throw new Failure(daemonText.stopFailed({ dataDir, reason }));
}

/** Whether no agent is there any more; if so, nothing of it is left either. */
function gone(dataDir: string): Promise<boolean> {
  return tidyIfFree(dataDir, () => removeControlPoint(dataDir));
}

async function untilGone(
  dataDir: string,
  deadline: number,
  signal?: AbortSignal,
): Promise<boolean> {
  for (;;) {
    if (await gone(dataDir)) return true;
    if (performance.now() > deadline) return false;
    await sleep(25, signal);
  }
}

async function untilDone(
  { dataDir, timeoutMs = Infinity, onProgress, signal }: StopAgentOptions,
  pid: number | undefined,
): Promise<StopResult> {
  const deadline = performance.now() + timeoutMs;
  let status: StatusReport | undefined;
  const stopped = { outcome: "stopped", by: "control", pid } as const;
  for (;;) {
    const wake = Math.min(deadline, performance.now() + 1000);
    if (await untilGone(dataDir, wake, signal)) return stopped;
    const request = { command: "status" } as const;
    // A busy agent may miss a question; it is the lock that says whether it is there.
    status = await callControl({ dataDir, request, signal }).catch((error) => {
      if (error instanceof Failure) return status;
      throw error;
    });
    if (performance.now() >= deadline) {
      return await gone(dataDir) ? stopped : { outcome: "still_busy", status };
    }
    if (status) onProgress?.(status);
  }
}

/**
 * Sends a signal to the agent if its process is known for certain; returns its number then. A mark says
 * that it was told to go: else a service manager would start it anew, and after a kill it has to be told
 * the same at that next start.
 */
async function send(dataDir: string, name: "SIGTERM" | "SIGKILL"): Promise<number | undefined> {
  const holder = await readHolder(dataDir);
  if (!holder) return undefined;
  try {
    await markStop(dataDir, holder.pid);
    await sendSignal(holder.pid, name);
    return holder.pid;
  } catch (error) {
    // It has just ended by itself: the lock will say so.
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw new Failure(daemonText.stopFailed({ dataDir, reason: textOf(error) }));
  }
}
