import type { ContainerInfo } from "../../docker/mod.ts";
import { executorText, type Text } from "../../i18n/mod.ts";
import type { ExitedRun, RunStatus } from "../executor.ts";

/** What the engine's description of a container means for the attempt in it. */
export function statusOf(info: ContainerInfo): RunStatus {
  const { state, id: runId } = info;
  switch (state.status) {
    case "removing":
      return { state: "absent" };
    case "created":
      // After a refusal that is not the task's own, the same container can still be started.
      return neverStarted(info) && isTasksOwn(state)
        ? exited(info, startProblem(info))
        : { state: "created", runId };
    case "exited":
    case "dead":
      return exited(info, neverStarted(info) ? startProblem(info) : undefined);
    default:
      // running, paused, restarting, and whatever newer engines call something that is not over.
      return { state: "running", runId, startedAt: state.startedAt ?? 0 };
  }
}

/**
 * A run that was refused by the engine when it was started. The engine leaves such a container in the
 * state `created`, mostly with an exit code or a text; after a mount vanished it leaves neither, and
 * only the call that started it knows.
 */
export function failedStart(info: ContainerInfo, detail: string): ExitedRun {
  return exited(info, executorText.failedToStart({ detail }));
}

/**
 * Whether a refused start is the task's own: its command (126, 127) or its user is not in the image.
 * Everything else between the engine and a started program is the machine's.
 */
export function isTasksOwn(
  { exitCode, error }: Pick<ContainerInfo["state"], "exitCode" | "error">,
): boolean {
  if (/unable to find (?:user|group)|no matching entries in (?:passwd|group)/i.test(error)) {
    return true;
  }
  return exitCode === 126 || exitCode === 127;
}

function neverStarted({ state }: ContainerInfo): boolean {
  return state.startedAt === undefined && (state.error !== "" || state.exitCode !== 0);
}

function startProblem({ state }: ContainerInfo): Text {
  return state.error === ""
    ? executorText.failedToStartCode({ exitCode: state.exitCode })
    : executorText.failedToStart({ detail: state.error });
}

function exited({ id: runId, state }: ContainerInfo, failedToStart?: Text): ExitedRun {
  const startedAt = state.startedAt ?? 0;
  return {
    state: "exited",
    runId,
    // A start that failed without a code must not pass for a success.
    exitCode: failedToStart && state.exitCode === 0 ? 128 : state.exitCode,
    oomKilled: state.oomKilled,
    startedAt,
    // The engine's two clocks can disagree by a little.
    finishedAt: Math.max(startedAt, state.finishedAt ?? 0),
    ...failedToStart && { failedToStart },
  };
}
