export { createBudget, type RequestBudget, type UsedRequests } from "./budget.ts";
export { AFTER_429_MS, type BudgetKind } from "./budget_rules.ts";
export { type Connectivity, createConnectivity, type Trouble } from "./connectivity.ts";
export { createServerClient, type ServerClientOptions } from "./create_server_client.ts";
export { downloadRetried } from "./download_retried.ts";
export { CA_VARIABLES, type ConnectionOptions } from "./http_client.ts";
export { isSendable } from "./multipart.ts";
export { probeServer } from "./probe.ts";
export { proxyFor } from "./proxy.ts";
export {
  register,
  RegisterError,
  type RegisterOptions,
  type RegisterReason,
  type Registration,
} from "./register.ts";
export { type Facts, requestMemory } from "./request_memory.ts";
export { retrying } from "./retry.ts";
export type { Beat, Report, ServerClient, Sink, Upload } from "./server_client.ts";
export { LocalFileError, ServerError, type ServerErrorKind } from "./server_error.ts";
export { parseTask, type PolledTask, type ServerTask } from "./server_task.ts";
