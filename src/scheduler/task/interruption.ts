/**
 * Why a step that is under way is broken off:
 * - `cancel`: the task's user, or the agent's owner, does not want it any more
 * - `disk`: it has to make room
 * - `shutdown`: the agent goes down; containers are left at work, and every step ends where it is
 */
export class Interruption {
  readonly by: "cancel" | "disk" | "shutdown";

  constructor(by: Interruption["by"]) {
    this.by = by;
  }
}

/** The agent goes down. */
export const SHUTDOWN = new Interruption("shutdown");
