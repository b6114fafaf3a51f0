/** Every write of the journal in the undisturbed life of a task with input and output files, in order. */
export const WRITES = [
  "accepting",
  "accepted",
  "prepared",
  "created",
  "running",
  "exited",
  "collected",
  "removed",
  "reporting",
  "known",
  "trying",
  "file",
  "completing",
  "delivered",
] as const;

type Change = {
  readonly state?: string;
  readonly runRemoved?: boolean;
  readonly knownIds?: unknown;
  readonly completeUnanswered?: boolean;
  readonly fileId?: string | null;
  readonly leftOut?: unknown;
};

/** What a call of a journal's method writes down; for fault scripts. */
export function nameOfWrite(method: string, args: readonly unknown[]): string {
  switch (method) {
    case "add":
      return (args[1] as Change).state!;
    case "collect":
      return (args[2] as Change).state!;
    case "update":
      return nameOfChange(args[1] as Change);
    case "updateFile": {
      const { fileId, leftOut } = args[2] as Change;
      return fileId ? "file" : leftOut ? "left out" : fileId === null ? "file gone" : "trying";
    }
    default:
      return method;
  }
}

function nameOfChange(change: Change): string {
  if (change.completeUnanswered && change.state === "reporting") return "completing";
  if (change.state !== undefined) return change.state;
  if (change.runRemoved) return "removed";
  if (change.knownIds) return "known";
  return Object.keys(change).join(" ");
}
