import * as z from "zod/mini";
import { flag, keys, text, texts } from "./answer_fields.ts";

/** Every error answer of an engine. */
export const errorAnswer = z.object({ message: z.string() });

/** `GET /version`: versions of the engine */
export const versionAnswer = z.pipe(
  z.object({
    Version: z.string(),
    MinAPIVersion: z.nullish(z.string()),
    Os: text,
    Arch: text,
    Components: z.nullish(z.array(z.object({ Name: text }))),
  }),
  z.transform((raw) => ({
    version: raw.Version,
    /** What it is made of: `Engine` and `containerd`, or `Podman Engine`. */
    components: (raw.Components ?? []).map((component) => component.Name),
    /** Oldest API version that it speaks, if it says. */
    ...(raw.MinAPIVersion ? { minApiVersion: raw.MinAPIVersion } : {}),
    os: raw.Os,
    arch: raw.Arch,
  })),
);
export type EngineVersion = z.infer<typeof versionAnswer>;

/** `GET /info`: what the engine says about itself */
export const infoAnswer = z.pipe(
  z.object({
    OSType: text,
    OperatingSystem: text,
    SecurityOptions: texts,
    Runtimes: keys,
    DefaultRuntime: text,
    MemoryLimit: flag,
    SwapLimit: flag,
    CgroupVersion: text,
    LiveRestoreEnabled: flag,
    DockerRootDir: text,
    CDISpecDirs: texts,
    DiscoveredDevices: z.nullish(z.array(z.object({ Source: text, ID: text }))),
  }),
  z.transform((raw) => ({
    osType: raw.OSType,
    operatingSystem: raw.OperatingSystem,
    /** Names only: `seccomp`, `apparmor`, `selinux`, `rootless`, `userns`, … */
    securityOptions: raw.SecurityOptions.map(optionName),
    runtimes: raw.Runtimes,
    defaultRuntime: raw.DefaultRuntime,
    /** Can it limit memory and swap? */
    memoryLimit: raw.MemoryLimit,
    swapLimit: raw.SwapLimit,
    /** `1` or `2`; "" where it does not say. */
    cgroupVersion: raw.CgroupVersion,
    liveRestore: raw.LiveRestoreEnabled,
    /** Where the engine keeps images and containers, on its own machine. */
    rootDir: raw.DockerRootDir,
    /** Where it looks for specifications of CDI devices; none where it gives no such device, or does not say. */
    cdiFolders: raw.CDISpecDirs,
    /** The full names of the CDI devices that it knows, `nvidia.com/gpu=0`; none where it does not list them. */
    cdiDevices: (raw.DiscoveredDevices ?? [])
      .filter((device) => device.Source === "cdi").map((device) => device.ID),
  })),
);
export type EngineInfo = z.infer<typeof infoAnswer>;

/** `name=seccomp,profile=default` → `seccomp` */
function optionName(option: string): string {
  return /(?:^|,)name=([^,]*)/.exec(option)?.[1] ?? option;
}

/** `GET /networks/{name}`: the part that tells when it was made. */
export const networkAnswer = z.object({ Id: z.string(), Created: z.string() });
