/** What the engine says about itself. */
export interface EngineInfo {
  /** Made by the engine once; empty on some. */
  readonly id: string;
  /** The machine's host name. */
  readonly name: string;
  readonly serverVersion: string;
  readonly osType: string;
  readonly operatingSystem: string;
  readonly architecture: string;
  /** Names only: `seccomp`, `apparmor`, `selinux`, `rootless`, `userns`, … */
  readonly securityOptions: readonly string[];
  readonly runtimes: readonly string[];
  readonly defaultRuntime: string;
  readonly cpus: number;
  /** Bytes. */
  readonly memory: number;
  /** Can it limit memory and swap? */
  readonly memoryLimit: boolean;
  readonly swapLimit: boolean;
  readonly liveRestore: boolean;
  /** Where the engine keeps images and containers, on its own machine. */
  readonly rootDir: string;
}

/** Versions of the engine. */
export interface EngineVersion {
  readonly version: string;
  /** What it is made of: `Engine` and `containerd`, or `Podman Engine`. */
  readonly components: readonly string[];
  /** Newest API version that it speaks. */
  readonly apiVersion: string;
  /** Oldest API version that it speaks, if it says. */
  readonly minApiVersion?: string;
  readonly os: string;
  readonly arch: string;
}

/**
 * Whether `buildImage` can build with BuildKit: every Docker that agent-core speaks with has it for Linux.
 * Podman's own builder knows the same Dockerfiles.
 */
export function hasBuildKit({ components, os }: Pick<EngineVersion, "components" | "os">): boolean {
  return os === "linux" && !components.some((name) => name.includes("Podman"));
}

/** An image that the engine has. */
export interface ImageInfo {
  readonly id: string;
  readonly tags: readonly string[];
  readonly digests: readonly string[];
  /** Bytes. */
  readonly size: number;
  readonly os: string;
  readonly architecture: string;
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly env: readonly string[];
  readonly user: string;
  readonly workingDir: string;
  readonly volumes: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/** What a container is doing. */
export interface ContainerState {
  /** `created`, `running`, `paused`, `restarting`, `removing`, `exited`, `dead`, or a newer word. */
  readonly status: string;
  /** True while paused, too. */
  readonly running: boolean;
  readonly paused: boolean;
  readonly exitCode: number;
  /** True when any process of it was killed for memory, even if the container went on. */
  readonly oomKilled: boolean;
  /** Why it did not start; "" otherwise. */
  readonly error: string;
  /** The engine's clock, milliseconds since 1970; undefined when it never started. */
  readonly startedAt?: number;
  /** The same for its end. It can lie before `startedAt`. */
  readonly finishedAt?: number;
}

/** A container. */
export interface ContainerInfo {
  readonly id: string;
  /** Without the leading slash. */
  readonly name: string;
  readonly createdAt?: number;
  /** The name that it was created with. */
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly state: ContainerState;
  readonly env: readonly string[];
  readonly mounts: readonly ContainerMount[];
  /** Kind of log that the engine keeps: `json-file`, `local`, … */
  readonly logDriver: string;
}

/** What a container takes on the engine's disk. */
export interface ContainerSize {
  /** Bytes of its own writable layer. */
  readonly layer: number;
  /** The file with the engine's log of it, on the engine's machine; empty where there is none. */
  readonly logPath: string;
}

/** A mount of a container. */
export interface ContainerMount {
  readonly type: string;
  readonly source: string;
  readonly destination: string;
  readonly writable: boolean;
}

/** A container in a list. */
export interface ContainerSummary {
  readonly id: string;
  /** Without the leading slash; "" if it has none. */
  readonly name: string;
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The same words as in {@linkcode ContainerState.status}. */
  readonly state: string;
  readonly createdAt?: number;
}

/** How a wait ended. */
export interface WaitAnswer {
  readonly statusCode: number;
  readonly error?: string;
}

/** Memory of a running container in bytes; what the engine cannot tell is undefined. */
export interface ContainerStats {
  readonly memory?: number;
  /** The highest so far; only cgroup v1 knows. */
  readonly memoryPeak?: number;
}
