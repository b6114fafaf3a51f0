import * as z from "zod/mini";
import { command, count, keys, text, texts } from "./answer_fields.ts";

/** `GET /images/{name}/json`: an image that the engine has */
export const imageAnswer = z.pipe(
  z.object({
    Id: z.string(),
    RepoTags: texts,
    RepoDigests: texts,
    Size: count,
    Architecture: text,
    Config: z.nullish(z.object({
      Entrypoint: command,
      Cmd: command,
      Env: texts,
      User: text,
      Volumes: keys,
    })),
  }),
  z.transform(({ Config: config, ...raw }) => ({
    id: raw.Id,
    tags: raw.RepoTags,
    /** By which it can be pulled again: `registry/name@sha256:…`; none for one that was only built. */
    digests: raw.RepoDigests,
    /** Bytes. */
    size: raw.Size,
    architecture: raw.Architecture,
    entrypoint: config?.Entrypoint ?? [],
    cmd: config?.Cmd ?? [],
    env: config?.Env ?? [],
    /** `uid[:gid]` or a name; "" for root. */
    user: config?.User ?? "",
    volumes: config?.Volumes ?? [],
  })),
);
export type ImageInfo = z.infer<typeof imageAnswer>;

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
