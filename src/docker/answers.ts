import { z } from "zod";
import type {
  ContainerInfo,
  ContainerStats,
  ContainerSummary,
  EngineInfo,
  EngineVersion,
  ImageInfo,
  WaitAnswer,
} from "./facts.ts";

// What engines leave out or send as null differs by version and by engine (Podman): only what cannot
// be done without is required.
const text = z.string().nullish().transform((value) => value ?? "");
const count = z.number().nullish().transform((value) => value ?? 0);
const flag = z.boolean().nullish().transform((value) => value ?? false);
const texts = z.array(z.string()).nullish().transform((value) => value ?? []);
const labels = z.record(z.string(), z.string()).nullish().transform((value) => value ?? {});
const keys = z.record(z.string(), z.unknown()).nullish()
  .transform((value) => Object.keys(value ?? {}));
/** Entrypoint and Cmd are lists, on some engines one string. */
const command = z.union([z.array(z.string()), z.string().transform((word) => [word])]).nullish()
  .transform((value) => value ?? []);

/** RFC 3339 to milliseconds; the year 1 is how Go writes "never". */
const time = z.string().nullish().transform((value) => {
  const ms = value ? Date.parse(value.replace(/(\.\d{3})\d+/, "$1")) : NaN;
  return Number.isNaN(ms) || ms <= 0 ? undefined : ms;
});

/** Every error answer of an engine. */
export const errorAnswer = z.object({ message: z.string() });

/** `GET /version` */
export const versionAnswer = z.object({
  Version: z.string(),
  ApiVersion: z.string(),
  MinAPIVersion: z.string().nullish(),
  Os: text,
  Arch: text,
}).transform((raw): EngineVersion => ({
  version: raw.Version,
  apiVersion: raw.ApiVersion,
  ...(raw.MinAPIVersion ? { minApiVersion: raw.MinAPIVersion } : {}),
  os: raw.Os,
  arch: raw.Arch,
}));

/** `GET /info` */
export const infoAnswer = z.object({
  ID: text,
  Name: text,
  ServerVersion: text,
  OSType: text,
  OperatingSystem: text,
  Architecture: text,
  KernelVersion: text,
  SecurityOptions: texts,
  Runtimes: keys,
  DefaultRuntime: text,
  CgroupVersion: text,
  NCPU: count,
  MemTotal: count,
  MemoryLimit: flag,
  SwapLimit: flag,
  LiveRestoreEnabled: flag,
  DockerRootDir: text,
  SystemTime: time,
}).transform((raw): EngineInfo => ({
  id: raw.ID,
  name: raw.Name,
  serverVersion: raw.ServerVersion,
  osType: raw.OSType,
  operatingSystem: raw.OperatingSystem,
  architecture: raw.Architecture,
  kernelVersion: raw.KernelVersion,
  securityOptions: raw.SecurityOptions.map(optionName),
  runtimes: raw.Runtimes,
  defaultRuntime: raw.DefaultRuntime,
  cgroupVersion: raw.CgroupVersion,
  cpus: raw.NCPU,
  memory: raw.MemTotal,
  memoryLimit: raw.MemoryLimit,
  swapLimit: raw.SwapLimit,
  liveRestore: raw.LiveRestoreEnabled,
  rootDir: raw.DockerRootDir,
  ...(raw.SystemTime === undefined ? {} : { systemTime: raw.SystemTime }),
}));

/** `name=seccomp,profile=default` → `seccomp` */
function optionName(option: string): string {
  return /(?:^|,)name=([^,]*)/.exec(option)?.[1] ?? option;
}

/** `GET /networks/{name}`: the part that tells when it was made. */
export const networkAnswer = z.object({ Id: z.string(), Created: z.string() });

/** `GET /images/{name}/json` */
export const imageAnswer = z.object({
  Id: z.string(),
  RepoTags: texts,
  RepoDigests: texts,
  Size: count,
  Os: text,
  Architecture: text,
  Config: z.object({
    Entrypoint: command,
    Cmd: command,
    Env: texts,
    User: text,
    WorkingDir: text,
    Volumes: keys,
    Labels: labels,
  }).nullish(),
}).transform(({ Config: config, ...raw }): ImageInfo => ({
  id: raw.Id,
  tags: raw.RepoTags,
  digests: raw.RepoDigests,
  size: raw.Size,
  os: raw.Os,
  architecture: raw.Architecture,
  entrypoint: config?.Entrypoint ?? [],
  cmd: config?.Cmd ?? [],
  env: config?.Env ?? [],
  user: config?.User ?? "",
  workingDir: config?.WorkingDir ?? "",
  volumes: config?.Volumes ?? [],
  labels: config?.Labels ?? {},
}));

/** `POST /containers/create` */
export const createAnswer = z.object({ Id: z.string().min(1) });

/** `GET /containers/{id}/json` */
export const containerAnswer = z.object({
  Id: z.string().min(1),
  Name: text,
  Created: time,
  Image: text,
  State: z.object({
    Status: z.string(),
    Running: flag,
    Paused: flag,
    ExitCode: count,
    OOMKilled: flag,
    Error: text,
    StartedAt: time,
    FinishedAt: time,
  }),
  Config: z.object({ Image: text, Labels: labels, Env: texts, Tty: flag }).nullish(),
  Mounts: z.array(z.object({ Type: text, Source: text, Destination: text, RW: flag })).nullish(),
  HostConfig: z.object({ LogConfig: z.object({ Type: text }).nullish() }).nullish(),
}).transform(({ State: state, Config: config, ...raw }): ContainerInfo => ({
  id: raw.Id,
  name: raw.Name.replace(/^\//, ""),
  ...(raw.Created === undefined ? {} : { createdAt: raw.Created }),
  imageId: raw.Image,
  image: config?.Image ?? "",
  labels: config?.Labels ?? {},
  state: {
    status: state.Status,
    running: state.Running,
    paused: state.Paused,
    exitCode: state.ExitCode,
    oomKilled: state.OOMKilled,
    error: state.Error,
    ...(state.StartedAt === undefined ? {} : { startedAt: state.StartedAt }),
    ...(state.FinishedAt === undefined ? {} : { finishedAt: state.FinishedAt }),
  },
  env: config?.Env ?? [],
  tty: config?.Tty ?? false,
  mounts: (raw.Mounts ?? []).map((mount) => ({
    type: mount.Type,
    source: mount.Source,
    destination: mount.Destination,
    writable: mount.RW,
  })),
  logDriver: raw.HostConfig?.LogConfig?.Type ?? "",
}));

/** `GET /containers/json` */
export const containersAnswer = z.array(
  z.object({
    Id: z.string().min(1),
    Names: texts,
    Image: text,
    Labels: labels,
    State: text,
    Created: z.number().nullish(),
  }).transform((raw): ContainerSummary => ({
    id: raw.Id,
    name: (raw.Names[0] ?? "").replace(/^\//, ""),
    image: raw.Image,
    labels: raw.Labels,
    state: raw.State,
    ...(raw.Created ? { createdAt: raw.Created * 1000 } : {}),
  })),
);

/** `POST /containers/{id}/wait` */
export const waitAnswer = z.object({
  StatusCode: z.number(),
  Error: z.object({ Message: text }).nullish(),
}).transform((raw): WaitAnswer => ({
  statusCode: raw.StatusCode,
  ...(raw.Error?.Message ? { error: raw.Error.Message } : {}),
}));

/** `GET /containers/{id}/stats`, once */
export const statsAnswer = z.object({
  memory_stats: z.object({ usage: z.number().nullish(), max_usage: z.number().nullish() })
    .nullish(),
}).transform(({ memory_stats: memory }): ContainerStats => ({
  ...(memory?.usage ? { memory: memory.usage } : {}),
  ...(memory?.max_usage ? { memoryPeak: memory.max_usage } : {}),
}));

/** A line of `POST /images/create` or `POST /build` */
export const progressLine = z.object({
  id: z.string().nullish(),
  status: z.string().nullish(),
  stream: z.string().nullish(),
  error: z.string().nullish(),
  errorDetail: z.object({ message: z.string().nullish() }).nullish(),
  progressDetail: z.object({ current: z.number().nullish(), total: z.number().nullish() })
    .nullish(),
});
