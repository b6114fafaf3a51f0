/**
 * The body of `POST /containers/create`, in the Engine API's own names (https://docs.docker.com/reference/api/engine/):
 * the part of it that agent-core uses. Sizes are bytes.
 */
export interface ContainerSpec {
  readonly Image: string;
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  /** `NAME=value` each. */
  readonly Env?: readonly string[];
  readonly WorkingDir?: string;
  /** `uid[:gid]` or a name that the image knows. */
  readonly User?: string;
  readonly Labels?: Readonly<Record<string, string>>;
  readonly StopSignal?: string;
  /** Instead of the image's own. */
  readonly Healthcheck?: { readonly Test: readonly ["NONE"] };
  readonly NetworkDisabled?: boolean;
  readonly HostConfig?: HostConfig;
}

/** What the container gets of the machine. */
export interface HostConfig {
  readonly Mounts?: readonly MountSpec[];
  /** `source:target:options`, for what `Mounts` cannot say: it makes sources that are missing. */
  readonly Binds?: readonly string[];
  /** At least 6 MB; without MemorySwap the container may swap as much again. */
  readonly Memory?: number;
  /** Memory and swap together; equal to `Memory` means no swap. */
  readonly MemorySwap?: number;
  readonly NanoCpus?: number;
  /** -1 means none. */
  readonly PidsLimit?: number;
  readonly ShmSize?: number;
  readonly Ulimits?: readonly Ulimit[];
  readonly Init?: boolean;
  readonly CapAdd?: readonly string[];
  readonly CapDrop?: readonly string[];
  readonly SecurityOpt?: readonly string[];
  readonly NetworkMode?: string;
  readonly IpcMode?: "private";
  readonly ReadonlyRootfs?: boolean;
  /** Path in the container to mount options, `rw,noexec,size=64m`. */
  readonly Tmpfs?: Readonly<Record<string, string>>;
  readonly Runtime?: string;
  readonly DeviceRequests?: readonly DeviceRequest[];
  /** Nodes of the machine; a folder stands for all that are in it. */
  readonly Devices?: readonly DeviceNode[];
  /** Ids or names of further groups. */
  readonly GroupAdd?: readonly string[];
  /** `host.docker.internal:host-gateway`. */
  readonly ExtraHosts?: readonly string[];
  /** Where the engine keeps the container's output. */
  readonly LogConfig?: {
    readonly Type: string;
    readonly Config?: Readonly<Record<string, string>>;
  };
  readonly RestartPolicy?: { readonly Name: "no" };
}

/** A mount. A bind whose source is missing is refused by Docker at create; Podman makes it. */
export interface MountSpec {
  readonly Type: "bind";
  readonly Source: string;
  readonly Target: string;
  readonly ReadOnly?: boolean;
}

/** A limit of the kernel for each process of the container; -1 means none. */
export interface Ulimit {
  readonly Name: string;
  readonly Soft: number;
  readonly Hard: number;
}

/** A node of the machine's `/dev` that the container gets, `CgroupPermissions` as in `rwm`. */
export interface DeviceNode {
  readonly PathOnHost: string;
  readonly PathInContainer: string;
  readonly CgroupPermissions: string;
}

/** GPUs: `Count` -1 means all. With the driver `cdi` the ids are names of CDI, `nvidia.com/gpu=0`. */
export interface DeviceRequest {
  readonly Driver?: string;
  readonly Count?: number;
  readonly DeviceIDs?: readonly string[];
  readonly Capabilities?: readonly (readonly string[])[];
}
