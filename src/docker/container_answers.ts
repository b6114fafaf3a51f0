import * as z from "zod/mini";
import { count, flag, labels, text, texts, time } from "./answer_fields.ts";
import type {
  ContainerInfo,
  ContainerSize,
  ContainerStats,
  ContainerSummary,
  WaitAnswer,
} from "./facts.ts";

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
    Config: z.nullish(z.object({ Image: text, Labels: labels, Env: texts })),
    Mounts: z.nullish(z.array(z.object({ Type: text, Source: text, Destination: text, RW: flag }))),
    HostConfig: z.nullish(z.object({ LogConfig: z.nullish(z.object({ Type: text })) })),
  }),
  z.transform(({ State: state, Config: config, ...raw }): ContainerInfo => ({
    id: raw.Id,
    name: raw.Name.replace(/^\//, ""),
    ...(raw.Created === undefined ? {} : { createdAt: raw.Created }),
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
