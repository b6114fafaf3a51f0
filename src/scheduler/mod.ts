export { noteFullDisk } from "./contact.ts";
export { Scheduler } from "./scheduler.ts";
export { mayGo, sizeOfFiles } from "./task_files.ts";
export { collectFiles } from "./task/collect_files.ts";
export { TaskContainer } from "./task/container.ts";
export { failInDoubt } from "./task/fail_in_doubt.ts";
export { endProblem, problemOf } from "./task/report.ts";
