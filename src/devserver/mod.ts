export { startDevServer } from "./dev_server.ts";
export { FAULT_NAMES, parseFault } from "./parse_fault.ts";
export type { FalseAnswer, FaultEffect, FaultRule } from "./faults.ts";
export {
  type CallName,
  type DevTask,
  FAULT_CALLS,
  type Submission,
  type SubmittedFile,
} from "./records.ts";
export type { DevServer, DevServerOptions } from "./types.ts";
