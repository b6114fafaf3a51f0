export { createExecutor, engineFindings, isEngineAway } from "./create_executor.ts";
export {
  type Attempt,
  type Executor,
  type ExitedRun,
  type FoundRun,
  type RunStatus,
  StartRefused,
} from "./executor.ts";
export { logParts } from "./log/kept_log.ts";
export type { OnOutput } from "./log/log_frame.ts";
export { createSecrets, type Secrets } from "./secrets.ts";
