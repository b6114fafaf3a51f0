export { connectEngine } from "./connect_engine.ts";
export type { ContainerInfo, ContainerSummary } from "./container_answers.ts";
export type {
  ContainerSpec,
  DeviceRequest,
  HostConfig,
  LogConfig,
  MountSpec,
} from "./container_spec.ts";
export { describeEndpoint, type Endpoint } from "./endpoint.ts";
export { type Engine, hasBuildKit, type LogOptions, type PullProgress } from "./engine.ts";
export type { EngineInfo } from "./engine_answers.ts";
export { EngineError } from "./engine_error.ts";
export { engineSockets, expectEngine, findEngine } from "./find_engine.ts";
export type { ImageInfo } from "./image_answers.ts";
export type { LogFrame } from "./log_frames.ts";
