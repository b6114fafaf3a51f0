export { failInDoubt } from "./fail_in_doubt.ts";
export type { Parts } from "./parts.ts";
export { type EndMode, Scheduler, type SchedulerStatus } from "./scheduler.ts";
