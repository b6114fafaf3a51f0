export { connectEngine, type ConnectOptions } from "./connect_engine.ts";
export type {
  ContainerSpec,
  DeviceRequest,
  HostConfig,
  LogConfig,
  MountSpec,
  Ulimit,
} from "./container_spec.ts";
export { describeEndpoint, type Endpoint, type TlsMaterial } from "./endpoint.ts";
export type { BuildOptions, Engine, LogOptions, PullOptions, PullProgress } from "./engine.ts";
export { EngineError, type EngineErrorOptions } from "./engine_error.ts";
export {
  type ContainerInfo,
  type ContainerMount,
  type ContainerState,
  type ContainerStats,
  type ContainerSummary,
  type EngineInfo,
  type EngineVersion,
  hasBuildKit,
  type ImageInfo,
  type WaitAnswer,
} from "./facts.ts";
export { engineSockets, expectEngine, findEngine, type FindEngineOptions } from "./find_engine.ts";
export type { LogFrame } from "./log_frames.ts";
