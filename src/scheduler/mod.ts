export { failInDoubt } from "./fail_in_doubt.ts";
export type { Parts } from "./parts.ts";
export { listTaskFiles, mayGo, sizeOfFiles, type TaskFiles } from "./task_files.ts";
export { type EndMode, Scheduler, type SchedulerStatus } from "./scheduler.ts";
