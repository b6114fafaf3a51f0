export type {
  AbsentRun,
  Attempt,
  Executor,
  ExitedRun,
  FoundRun,
  LostRun,
  PrepareOptions,
  RunUsage,
  Sighting,
  Tails,
} from "./executor.ts";
export { createDockerExecutor, type DockerExecutorOptions } from "./docker_executor.ts";
export { logParts } from "./log_files.ts";
export { ensureImage } from "./prepare.ts";
