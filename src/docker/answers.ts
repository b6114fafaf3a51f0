import * as z from "zod/mini";
import { command, count, flag, keys, labels, text, texts, time } from "./answer_fields.ts";
import type {
  ContainerInfo,
  ContainerSize,
  ContainerStats,
  ContainerSummary,
  EngineInfo,
  EngineVersion,
  ImageInfo,
  WaitAnswer,
} from "./facts.ts";

/** Every error answer of an engine. */
export const errorAnswer = z.object({ message: z.string() });

/** `GET /version` */
export const versionAnswer = z.pipe(
  z.object({
    Version: z.string(),
    ApiVersion: z.string(),
    MinAPIVersion: z.nullish(z.string()),
    Os: text,
    Arch: text,
    Components: z.nullish(z.array(z.object({ Name: text }))),
  }),
  z.transform((raw): EngineVersion => ({
    version: raw.Version,
    components: (raw.Components ?? []).map((component) => component.Name),
    apiVersion: raw.ApiVersion,
    ...(raw.MinAPIVersion ? { minApiVersion: raw.MinAPIVersion } : {}),
    os: raw.Os,
    arch: raw.Arch,
  })),
);

/** `GET /info` */
export const infoAnswer = z.pipe(
  z.object({
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
  }),
  z.transform((raw): EngineInfo => ({
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
  })),
);

/** `name=seccomp,profile=default` → `seccomp` */
function optionName(option: string): string {
  return /(?:^|,)name=([^,]*)/.exec(option)?.[1] ?? option;
}

/** `GET /networks/{name}`: the part that tells when it was made. */
export const networkAnswer = z.object({ Id: z.string(), Created: z.string() });

/** `GET /images/{name}/json` */
export const imageAnswer = z.pipe(
  z.object({
    Id: z.string(),
    RepoTags: texts,
    RepoDigests: texts,
    Size: count,
    Os: text,
    Architecture: text,
    Config: z.nullish(z.object({
      Entrypoint: command,
      Cmd: command,
      Env: texts,
      User: text,
      WorkingDir: text,
      Volumes: keys,
      Labels: labels,
    })),
  }),
  z.transform(({ Config: config, ...raw }): ImageInfo => ({
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
  })),
);

/** `POST /containers/create` */
export const createAnswer = z.object({ Id: z.string().check(z.minLength(1)) });

/** `GET /containers/{id}/json` */
export const containerAnswer = z.pipe(
  z.object({
    Id: z.string().check(z.minLength(1)),
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
    Config: z.nullish(z.object({ Image: text, Labels: labels, Env: texts, Tty: flag })),
    Mounts: z.nullish(z.array(z.object({ Type: text, Source: text, Destination: text, RW: flag }))),
    HostConfig: z.nullish(z.object({ LogConfig: z.nullish(z.object({ Type: text })) })),
  }),
  z.transform(({ State: state, Config: config, ...raw }): ContainerInfo => ({
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
  })),
);

/** `GET /containers/{id}/json?size=true`: the part that tells what it takes on the engine's disk. */
export const sizeAnswer = z.pipe(
  z.object({ SizeRw: count, LogPath: text }),
  z.transform((raw): ContainerSize => ({ layer: raw.SizeRw, logPath: raw.LogPath })),
);

/** `GET /containers/json` */
export const containersAnswer = z.array(
  z.pipe(
    z.object({
      Id: z.string().check(z.minLength(1)),
      Names: texts,
      Image: text,
      Labels: labels,
      State: text,
      Created: z.nullish(z.number()),
    }),
    z.transform((raw): ContainerSummary => ({
      id: raw.Id,
      name: ownName(raw.Names),
      image: raw.Image,
      labels: raw.Labels,
      state: raw.State,
      ...(raw.Created ? { createdAt: raw.Created * 1000 } : {}),
    })),
  ),
);

/** A container that others link to has names like `/other/alias` as well. */
function ownName(names: readonly string[]): string {
  const own = names.map((name) => name.replace(/^\//, "")).find((name) => !name.includes("/"));
  return own ?? "";
}

/** `POST /containers/{id}/wait` */
export const waitAnswer = z.pipe(
  z.object({
    StatusCode: z.number(),
    Error: z.nullish(z.object({ Message: text })),
  }),
  z.transform((raw): WaitAnswer => ({
    statusCode: raw.StatusCode,
    ...(raw.Error?.Message ? { error: raw.Error.Message } : {}),
  })),
);

/** `GET /containers/{id}/stats`, once */
export const statsAnswer = z.pipe(
  z.object({
    memory_stats: z.nullish(
      z.object({ usage: z.nullish(z.number()), max_usage: z.nullish(z.number()) }),
    ),
  }),
  z.transform(({ memory_stats: memory }): ContainerStats => ({
    ...(memory?.usage ? { memory: memory.usage } : {}),
    ...(memory?.max_usage ? { memoryPeak: memory.max_usage } : {}),
  })),
);

/** A line of `GET /events`, as far as it is about a container */
export const eventLine = z.object({ Action: z.string() });

/** A line of `POST /images/create` or `POST /build` */
export const progressLine = z.object({
  id: z.nullish(z.string()),
  status: z.nullish(z.string()),
  stream: z.nullish(z.string()),
  aux: z.optional(z.unknown()),
  error: z.nullish(z.string()),
  errorDetail: z.nullish(z.object({ message: z.nullish(z.string()) })),
  progressDetail: z.nullish(
    z.object({ current: z.nullish(z.number()), total: z.nullish(z.number()) }),
  ),
});
