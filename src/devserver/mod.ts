export { startDevServer } from "./dev_server.ts";
export { FAULT_CALLS, FAULT_NAMES, parseFault } from "./parse_fault.ts";
export type { FalseAnswer, FaultEffect, FaultRule, Faults, RequestFacts } from "./faults.ts";
export type {
  CallName,
  DevFile,
  DevService,
  DevSnapshot,
  DevTask,
  RequestRecord,
  Submission,
  SubmittedFile,
  TaskStatus,
} from "./records.ts";
export type { DevServer, DevServerOptions, WaitOptions } from "./types.ts";
