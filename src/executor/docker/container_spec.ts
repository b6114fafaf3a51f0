import type { Config } from "../../config/mod.ts";
import type { ContainerSpec, HostConfig, MountSpec } from "../../docker/mod.ts";
import type { Attempt } from "../executor.ts";
import type { EngineTraits } from "./engine_traits.ts";
import { giveGpus } from "./gpu/give_gpus.ts";
import type { GpuFacts } from "./gpu/gpu_facts.ts";
import type { Labels } from "./labels.ts";

/** Where a task finds its folder, whatever its working directory is. */
export const WORKSPACE = "/workspace";
/** The log drivers that keep the whole output and hand it out again, the sturdier one first. */
export const LOG_DRIVERS = ["json-file", "local"] as const;
export type LogDriver = typeof LOG_DRIVERS[number];

/** What a container is made of besides the configuration. */
export interface SpecFacts {
  readonly labels: Labels;
  /** The folder that becomes `/workspace`, as the engine spells it. */
  readonly workspace: string;
  /** Spells any other path of this machine for the engine. */
  readonly spell: (path: string) => string;
  /** Does the engine enforce SELinux? */
  readonly selinux: boolean;
  /** Does the engine run without root? Then it cannot raise a limit of the kernel. */
  readonly rootless: boolean;
  readonly logDriver: LogDriver;
  /** @default {none is configured} */
  readonly gpu?: GpuFacts;
  readonly traits: EngineTraits;
  /** The user whom the image names. */
  readonly imageUser: string;
}

type TaskFacts = SpecFacts & { readonly attempt: Pick<Attempt, "taskId" | "gpus"> };

/**
 * What to ask the engine for: the container of one attempt at a task. Never privileged, never the
 * engine's socket; seccomp and AppArmor stay as the engine has them, because nothing is said of them.
 *
 * A daemon fills in from its own configuration what is not said here, and the image from what it
 * declares. So whatever could cost a task output, files or time is said, even where it is Docker's
 * default. Left to the machine's owner are what protects the machine (userns-remap, seccomp,
 * no-new-privileges, cgroup parent and namespace, `nproc`) and what it needs to run containers at all
 * (the default runtime, DNS).
 */
export function containerSpec(config: Config, facts: TaskFacts) {
  const { executor, sandbox } = config;
  const gpus = giveGpus(facts.gpu, facts.attempt.gpus);
  return {
    Image: executor.image,
    ...command(config),
    // The system cannot carry a NUL in an environment; no other character hurts.
    Env: [
      `TASK_ID=${facts.attempt.taskId.replaceAll("\0", "\ufffd")}`,
      `TIMEOUT=${Math.round(executor.timeoutMinutes * 60)}`,
      ...gpus.env,
    ],
    WorkingDir: executor.workingDir,
    ...sandbox.user !== undefined && { User: sandbox.user },
    Labels: facts.labels,
    StopSignal: "SIGTERM",
    // A health check would cost the task CPU, and nobody reads its result.
    Healthcheck: { Test: ["NONE"] },
    HostConfig: {
      ...mounts(config, facts),
      ...limits(config, facts),
      ...sandboxing(config, facts),
      NetworkMode: sandbox.network,
      ...executor.enableHostAccess && { ExtraHosts: ["host.docker.internal:host-gateway"] },
      ...gpus.host,
      LogConfig: logConfig(facts, sandbox.logMaxSize),
      RestartPolicy: { Name: "no" },
    },
  } satisfies ContainerSpec;
}

/**
 * The container of a start check: everything as a task gets it (mounts, network, GPU, user, runtime),
 * but a command that no image has, so that nothing of the image ever runs in it.
 */
export function preflightSpec(config: Config, facts: SpecFacts & { readonly command: string }) {
  const spec = containerSpec(config, { ...facts, attempt: { taskId: "start-check" } });
  return { ...spec, Entrypoint: [facts.command], Cmd: [] };
}

function command({ executor }: Config): Pick<ContainerSpec, "Entrypoint" | "Cmd"> {
  const script = executor.scriptPath ?? "";
  switch (executor.executorType) {
    case "standard":
      return {};
    case "bash":
      return { Entrypoint: ["bash", script], Cmd: [] };
    case "python":
      return { Entrypoint: ["python3", script], Cmd: [] };
    case "custom":
      return {
        ...executor.customEntrypoint && { Entrypoint: [...executor.customEntrypoint] },
        // The image's arguments are meant for the image's own entrypoint.
        ...(executor.customArgs || executor.customEntrypoint) &&
          { Cmd: [...executor.customArgs ?? []] },
      };
  }
}

function mounts(config: Config, facts: SpecFacts): HostConfig {
  const workspace = workspaceMount(facts);
  const configured = config.paths.mounts.map((mount): MountSpec => ({
    Type: "bind",
    Source: facts.spell(mount.host),
    Target: mount.container,
    ReadOnly: mount.readonly,
  }));
  return { ...workspace, Mounts: [...workspace.Mounts ?? [], ...configured] };
}

/**
 * Mounts never go through `Binds`, which makes missing folders, breaks on `:` and takes a bare word for
 * a volume – with one exception. Under SELinux a container may touch only files with its own label, and
 * `Binds` alone can have the engine give it to them (`Z`: for this container and no other). So there
 * the workspace is a bind; the start check makes sure that its path is fit for one, and the folder was
 * made just before. What the owner mounts is the owner's, and keeps its label.
 */
function workspaceMount({ workspace, selinux }: SpecFacts): HostConfig {
  if (selinux) return { Binds: [`${workspace}:${WORKSPACE}:rw,Z`] };
  return { Mounts: [{ Type: "bind", Source: workspace, Target: WORKSPACE }] };
}

function limits({ executor, sandbox }: Config, { rootless }: SpecFacts): HostConfig {
  return {
    // Without MemorySwap a container gets as much swap again on top of its memory.
    ...executor.memoryLimit !== undefined &&
      { Memory: executor.memoryLimit, MemorySwap: executor.memoryLimit },
    ...sandbox.cpus > 0 && { NanoCpus: Math.round(sandbox.cpus * 1e9) },
    PidsLimit: sandbox.pidsLimit > 0 ? sandbox.pidsLimit : -1,
    ShmSize: sandbox.shmSize,
    Ulimits: [
      { Name: "nofile", Soft: sandbox.nofileLimit, Hard: sandbox.nofileLimit },
      // A core file holds what the program held: keys from its mounts, for instance.
      { Name: "core", Soft: 0, Hard: 0 },
      // What the kernel gives every process, and a daemon's `default-ulimits` could take away.
      ...rootless ? [] : ["cpu", "data", "fsize"].map((Name) => ({ Name, Soft: -1, Hard: -1 })),
    ],
  };
}

function sandboxing({ sandbox }: Config, { traits, imageUser }: SpecFacts): HostConfig {
  // Nowhere else has a user other than root the capabilities before he becomes root.
  const isKept = !traits.raisesPlainUsers || isRoot(sandbox.user ?? imageUser);
  return {
    CapDrop: ["ALL"],
    CapAdd: isKept ? [...sandbox.capabilities] : [],
    ...sandbox.noNewPrivileges && { SecurityOpt: ["no-new-privileges"] },
    Init: sandbox.init,
    IpcMode: "private",
    ...sandbox.readOnlyRoot && {
      ReadonlyRootfs: true,
      Tmpfs: { "/tmp": "rw,nosuid,nodev,exec,mode=1777", "/run": "rw,nosuid,nodev,mode=755" },
    },
    ...sandbox.runtime !== undefined && { Runtime: sandbox.runtime },
  };
}

/** `uid[:gid]` or a name; root where nobody is named. */
function isRoot(user: string): boolean {
  return ["", "root", "0"].includes(user.split(":")[0]);
}

/**
 * A daemon adds its `log-opts` to those of a container with its own default driver. `non-blocking`
 * among them would drop lines without a mark whenever the disk is slower than the program.
 */
function logConfig(
  { logDriver, traits: { logFiles } }: SpecFacts,
  maxSize: number,
): HostConfig["LogConfig"] {
  const each = Math.max(1, Math.ceil(maxSize / logFiles));
  return {
    Type: logDriver,
    Config: {
      "max-size": String(each),
      "max-file": String(logFiles),
      mode: "blocking",
      compress: "false",
    },
  };
}
