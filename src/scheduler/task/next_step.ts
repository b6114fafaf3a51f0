import type { RunStatus } from "../../executor/mod.ts";
import type { AttemptRow } from "../../journal/mod.ts";

/** What to do next for an attempt. run_task.ts tells the story, a function each. */
export type Step =
  | "accept"
  | "prepare"
  | "create"
  | "start"
  | "wait"
  | "collect"
  | "renew"
  | "abandon"
  | "deliver"
  | "rest";

/** The steps towards a program that runs from its beginning. */
const STARTING: readonly Step[] = ["accept", "prepare", "create", "start", "renew"];

/** Whether a step is not to be taken for a task that has ended; what runs or ran goes on to its report. */
export function isStarting(step: Step): boolean {
  return STARTING.includes(step);
}

/** The states in which the executor has to be asked before anything can be decided. */
export function needsStatus(row: AttemptRow): boolean {
  return row.state === "prepared" || row.state === "created" || row.state === "running";
}

/**
 * Decides from the journal's row and from what the executor says of the run. The normal life of a
 * task, start-up and recovery all go by this one function, so none can disagree with another.
 */
export function nextStep(row: AttemptRow, status: RunStatus): Step {
  const cancelled = row.cancelledAt !== null;
  switch (row.state) {
    case "accepting":
      return "accept";
    case "accepted":
      return cancelled ? "abandon" : "prepare";
    case "prepared":
    case "created":
    case "running":
      return cancelled ? "abandon" : stepOfRun(row, status);
    case "exited":
      return cancelled ? "abandon" : "collect";
    case "collected":
    case "reporting":
      return cancelled && row.report?.status !== "cancelled" ? "abandon" : "deliver";
    case "delivered":
    case "undeliverable":
    case "lost":
    case "in_doubt":
      return "rest";
  }
}

function stepOfRun(row: AttemptRow, status: RunStatus): Step {
  switch (status.state) {
    case "created":
      return "start";
    case "running":
      return "wait";
    case "exited":
      // A run that ended unseen is looked at by the same step that would have seen it end.
      return "wait";
    case "absent":
      if (row.state === "prepared") return "create";
      // Half a result is none: once more from the beginning, but not for ever.
      return row.losses === 0 && row.endedBy === null ? "renew" : "collect";
  }
}
