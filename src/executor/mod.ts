export {
  type AbsentRun,
  type Attempt,
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
export { createDockerExecutor, type DockerExecutorOptions } from "./docker/docker_executor.ts";
export { declaredByImage } from "./docker/declared_by_image.ts";
export { logParts } from "./log/log_files.ts";
export { createSecrets, NO_SECRETS, type Secrets } from "./secrets.ts";
export { ensureImage } from "./docker/prepare.ts";
