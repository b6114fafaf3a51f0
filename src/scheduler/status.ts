import type { Text } from "../i18n/mod.ts";
import type { AttemptRow } from "../journal/mod.ts";
import type { GpuUse } from "./gpu_leases.ts";

/** How the agent is to end. See the daemon's control channel. */
export type EndMode = "leave" | "drain" | "cancel-tasks";

/** What the scheduler says of itself. Times are milliseconds since the epoch. */
export interface SchedulerStatus {
  readonly draining: boolean;
  readonly lastPollAt?: number;
  readonly lastHeartbeatAt?: number;
  /** Why no new task is taken at present. */
  readonly obstacle?: Text;
  /** Tasks in the journal that are not this owner's. */
  readonly others?: Text;
  /** Which task has which GPU; absent where none is leased. */
  readonly gpus?: readonly GpuUse[];
  readonly rows: readonly AttemptRow[];
}
