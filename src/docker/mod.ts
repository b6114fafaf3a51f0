export { connectEngine } from "./connect_engine.ts";
export type {
  ContainerSpec,
  DeviceRequest,
  HostConfig,
  LogConfig,
  MountSpec,
} from "./container_spec.ts";
export { describeEndpoint, type Endpoint } from "./endpoint.ts";
export type { Engine, LogOptions, PullProgress } from "./engine.ts";
export { EngineError } from "./engine_error.ts";
export {
  type ContainerInfo,
  type ContainerSummary,
  type EngineInfo,
  hasBuildKit,
  type ImageInfo,
} from "./facts.ts";
export { engineSockets, expectEngine, findEngine } from "./find_engine.ts";
export type { LogFrame } from "./log_frames.ts";
