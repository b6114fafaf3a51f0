import * as z from "zod/mini";
import { count, flag, labels, text, texts, time } from "./answer_fields.ts";

/** `POST /containers/create` */
export const createAnswer = z.object({ Id: z.string().check(z.minLength(1)) });

/** `GET /containers/{id}/json`: a container */
export const containerAnswer = z.pipe(
  z.object({
    Id: z.string().check(z.minLength(1)),
    State: z.object({
      Status: z.string(),
      Running: flag,
      ExitCode: count,
      OOMKilled: flag,
      Error: text,
      StartedAt: time,
      FinishedAt: time,
    }),
    Config: z.nullish(z.object({ Labels: labels })),
  }),
  z.transform(({ State: state, Config: config, ...raw }) => ({
    id: raw.Id,
    labels: config?.Labels ?? {},
    state: {
      /** `created`, `running`, `paused`, `restarting`, `removing`, `exited`, `dead`, or a newer word. */
      status: state.Status,
      /** True while paused, too. */
      running: state.Running,
      exitCode: state.ExitCode,
      /** True when any process of it was killed for memory, even if the container went on. */
      oomKilled: state.OOMKilled,
      /** Why it did not start; "" otherwise. */
      error: state.Error,
      /** The engine's clock, milliseconds since 1970; undefined when it never started. */
      ...(state.StartedAt === undefined ? {} : { startedAt: state.StartedAt }),
      /** The same for its end. It can lie before `startedAt`. */
      ...(state.FinishedAt === undefined ? {} : { finishedAt: state.FinishedAt }),
    },
  })),
);
export type ContainerInfo = z.infer<typeof containerAnswer>;

/** `GET /containers/{id}/json?size=true`: the part that tells what it takes on the engine's disk. */
export const sizeAnswer = z.pipe(
  z.object({ SizeRw: count, LogPath: text }),
  z.transform((raw) => ({
    /** Bytes of its own writable layer. */
    layer: raw.SizeRw,
    /** The file with the engine's log of it, on the engine's machine; empty where there is none. */
    logPath: raw.LogPath,
  })),
);
export type ContainerSize = z.infer<typeof sizeAnswer>;

const summary = z.pipe(
  z.object({
    Id: z.string().check(z.minLength(1)),
    Names: texts,
    Labels: labels,
    State: text,
  }),
  z.transform((raw) => ({
    id: raw.Id,
    /** Without the leading slash; "" if it has none. */
    name: ownName(raw.Names),
    labels: raw.Labels,
    /** The same words as in the state of a {@linkcode ContainerInfo}. */
    state: raw.State,
  })),
);
/** A container in a list. */
export type ContainerSummary = z.infer<typeof summary>;

/** `GET /containers/json` */
export const containersAnswer = z.array(summary);

/** A container that others link to has names like `/other/alias` as well. */
function ownName(names: readonly string[]): string {
  const own = names.map((name) => name.replace(/^\//, "")).find((name) => !name.includes("/"));
  return own ?? "";
}

/** `POST /containers/{id}/wait`: how a wait ended */
export const waitAnswer = z.pipe(
  z.object({ StatusCode: z.number() }),
  z.transform((raw) => ({ statusCode: raw.StatusCode })),
);
export type WaitAnswer = z.infer<typeof waitAnswer>;

/** `GET /containers/{id}/stats`, once: memory of a running container in bytes, as far as it tells */
export const statsAnswer = z.pipe(
  z.object({
    memory_stats: z.nullish(
      z.object({ usage: z.nullish(z.number()), max_usage: z.nullish(z.number()) }),
    ),
  }),
  z.transform(({ memory_stats: memory }) => ({
    ...(memory?.usage ? { memory: memory.usage } : {}),
    /** The highest so far; only cgroup v1 knows. */
    ...(memory?.max_usage ? { memoryPeak: memory.max_usage } : {}),
  })),
);
export type ContainerStats = z.infer<typeof statsAnswer>;

/** A line of `GET /events`, as far as it is about a container */
export const eventLine = z.object({ Action: z.string() });
