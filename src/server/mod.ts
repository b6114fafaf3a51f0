export {
  type BudgetOptions,
  createBudget,
  type Permit,
  type RequestBudget,
  type UsedRequests,
} from "./budget.ts";
export { AFTER_429_MS, type BudgetKind } from "./budget_rules.ts";
export { type Connectivity, createConnectivity, type Trouble } from "./connectivity.ts";
export { createServerClient, type ServerClientOptions } from "./create_server_client.ts";
export { type DownloadOptions, downloadRetried } from "./download_retried.ts";
export { CA_VARIABLES, type ConnectionOptions } from "./http_client.ts";
export { isSendable } from "./multipart.ts";
export { type Probe, probeServer } from "./probe.ts";
export { proxyFor } from "./proxy.ts";
export {
  register,
  RegisterError,
  type RegisterOptions,
  type RegisterReason,
  type Registration,
} from "./register.ts";
export { type Facts, requestMemory } from "./request_memory.ts";
export { isTransient, type RetriedCall, retrying, type RetryPace } from "./retry.ts";
export type {
  Beat,
  Load,
  PollAnswer,
  PolledTask,
  Report,
  ServerClient,
  ServerFile,
  Sink,
  Upload,
} from "./server_client.ts";
export { LocalFileError, ServerError, type ServerErrorKind } from "./server_error.ts";
export { type InputFile, parseTask, type ServerTask } from "./server_task.ts";
export type { TimeLimits } from "./wire.ts";
