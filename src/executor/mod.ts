export {
  createExecutor,
  type CreateExecutorOptions,
  engineFindings,
  isEngineAway,
} from "./create_executor.ts";
export {
  type AbsentRun,
  type Attempt,
  type EngineDescription,
  type Executor,
  type ExitedRun,
  type FoundRun,
  type LostRun,
  type PrepareOptions,
  type RunStatus,
  type RunUsage,
  StartRefused,
  type Tails,
} from "./executor.ts";
export type { OnOutput } from "./log/log_writer.ts";
export { logParts } from "./log/log_files.ts";
export { createSecrets, NO_SECRETS, type Secrets } from "./secrets.ts";
