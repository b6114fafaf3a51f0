export type { Parts } from "./parts.ts";
export { type EndMode, Scheduler, type SchedulerStatus } from "./scheduler.ts";
