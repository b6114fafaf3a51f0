import * as z from "zod/mini";
import { count, flag, keys, text, texts } from "./answer_fields.ts";
import type { EngineInfo, EngineVersion } from "./facts.ts";

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
    SecurityOptions: texts,
    Runtimes: keys,
    DefaultRuntime: text,
    NCPU: count,
    MemTotal: count,
    MemoryLimit: flag,
    SwapLimit: flag,
    LiveRestoreEnabled: flag,
    DockerRootDir: text,
  }),
  z.transform((raw): EngineInfo => ({
    id: raw.ID,
    name: raw.Name,
    serverVersion: raw.ServerVersion,
    osType: raw.OSType,
    operatingSystem: raw.OperatingSystem,
    architecture: raw.Architecture,
    securityOptions: raw.SecurityOptions.map(optionName),
    runtimes: raw.Runtimes,
    defaultRuntime: raw.DefaultRuntime,
    cpus: raw.NCPU,
    memory: raw.MemTotal,
    memoryLimit: raw.MemoryLimit,
    swapLimit: raw.SwapLimit,
    liveRestore: raw.LiveRestoreEnabled,
    rootDir: raw.DockerRootDir,
  })),
);

/** `name=seccomp,profile=default` → `seccomp` */
function optionName(option: string): string {
  return /(?:^|,)name=([^,]*)/.exec(option)?.[1] ?? option;
}

/** `GET /networks/{name}`: the part that tells when it was made. */
export const networkAnswer = z.object({ Id: z.string(), Created: z.string() });
