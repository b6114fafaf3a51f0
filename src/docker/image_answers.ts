import * as z from "zod/mini";
import { command, count, keys, labels, text, texts } from "./answer_fields.ts";
import type { ImageInfo } from "./facts.ts";

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
