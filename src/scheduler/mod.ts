export type { Deps } from "./deps.ts";
export { type EndMode, Scheduler, type SchedulerStatus } from "./scheduler.ts";
export { listTaskFiles, mayGo, sizeOfFiles, type TaskFiles } from "./task_files.ts";
export { failInDoubt } from "./task/fail_in_doubt.ts";
