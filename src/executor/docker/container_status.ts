import type { ContainerInfo } from "../../docker/mod.ts";
import { executorText, type Text } from "../../i18n/mod.ts";
import type { ExitedRun, RunStatus } from "../executor.ts";
import type { EngineTraits } from "./engine_traits.ts";

/** What the engine's description of a container means for the attempt in it. */
export function statusOf(info: ContainerInfo, traits: EngineTraits): RunStatus {
  const { state, id: runId } = info;
  switch (state.status) {
    case "removing":
      return { state: "absent" };
    case "created":
      // Of one that was under way when Podman 4.3 lost sight of it: see `wasUnseen`.
      if (wasUnseen(info)) return exited(info);
      // After a refusal that is not the task's own, the same container can still be started.
      return neverStarted(info) && traits.ownFault(state) !== undefined
        ? exited(info, startProblem(info), traits.ownFault(state))
        : { state: "created", runId };
    case "exited":
    case "dead":
    // Podman's, between the end of the program and its own tidying up; the exit code is there.
    case "stopped":
      return exited(info, neverStarted(info) ? startProblem(info) : undefined);
    default:
      // running, paused, restarting, and whatever newer engines call something that is not over.
      return { state: "running", runId, startedAt: state.startedAt ?? 0 };
  }
}

/** Why the engine did not start a run, by its own words, and the exit code that stands for it. */
export interface FailedStart {
  readonly detail: string;
  readonly exitCode: number;
}

/**
 * A run that was refused by the engine when it was started. The engine leaves such a container in the
 * state `created`, mostly with an exit code or a text; after a mount vanished it leaves neither, and
 * only the call that started it knows.
 */
export function failedStart(info: ContainerInfo, { detail, exitCode }: FailedStart): ExitedRun {
  return exited(info, executorText.failedToStart({ detail }), exitCode);
}

/**
 * Whether a run has ended behind its engine's back. Podman forgets what was under way when the folder of its
 * running state goes, at a reboot or when a user without lingering logs out: 5.8 calls such a container
 * exited with code 0, and 4.3 created. Neither says when it ended.
 */
export function wasUnseen({ state }: Pick<ContainerInfo, "state">): boolean {
  const hasEnded = ["created", "exited", "stopped"].includes(state.status);
  return hasEnded && state.startedAt !== undefined && state.finishedAt === undefined;
}

function neverStarted({ state }: ContainerInfo): boolean {
  return state.startedAt === undefined && (state.error !== "" || state.exitCode !== 0);
}

function startProblem({ state }: ContainerInfo): Text {
  return state.error === ""
    ? executorText.failedToStartCode({ exitCode: state.exitCode })
    : executorText.failedToStart({ detail: state.error });
}

function exited(
  { id: runId, state }: ContainerInfo,
  failedToStart?: Text,
  failedCode = 128,
): ExitedRun {
  const startedAt = state.startedAt ?? 0;
  return {
    state: "exited",
    runId,
    // A start that failed without a code must not pass for a success.
    exitCode: failedToStart && state.exitCode === 0 ? failedCode : state.exitCode,
    oomKilled: state.oomKilled,
    startedAt,
    // The engine's two clocks can disagree by a little.
    finishedAt: Math.max(startedAt, state.finishedAt ?? 0),
    ...failedToStart && { failedToStart },
  };
}
