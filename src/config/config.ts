/** How the container's command is chosen. */
export type ExecutorType = "standard" | "bash" | "python" | "custom";

/** A folder or file of the host that every container of this agent sees. */
export interface Mount {
  /** Absolute path on the host, as the engine is to be told. */
  readonly host: string;
  /** Absolute path in the container. */
  readonly container: string;
  readonly readonly: boolean;
  /** It holds keys: the agent conceals them in logs, reports and messages. @default {false} */
  readonly secret: boolean;
}

/** The whole configuration after defaults, environment and flags. Sizes are bytes, paths absolute. */
export interface Config {
  readonly server: {
    /** Without a trailing slash. */
    readonly baseUrl: string;
    readonly pollIntervalSecs: number;
    readonly useSystemProxy: boolean;
  };
  readonly agent: {
    readonly serviceId?: string;
    readonly apiKey?: string;
    readonly name: string;
  };
  readonly executor: {
    readonly executorType: ExecutorType;
    readonly image: string;
    /** Containers at a time. */
    readonly capacity: number;
    /** 0 means no limit. */
    readonly timeoutMinutes: number;
    readonly memoryLimit?: number;
    readonly workingDir: string;
    /** Path in the container; needed by `bash` and `python`. */
    readonly scriptPath?: string;
    readonly customEntrypoint?: readonly string[];
    readonly customArgs?: readonly string[];
    readonly enableHostAccess: boolean;
    readonly gpu?: {
      readonly vendor: "nvidia";
      /** `all`, or the device ids. */
      readonly devices: "all" | readonly string[];
    };
  };
  readonly paths: {
    readonly dataDir: string;
    readonly mounts: readonly Mount[];
    readonly allowNetworkFs: boolean;
  };
  readonly docker: { readonly host?: string };
  readonly sandbox: {
    /** @default {true} */
    readonly noNewPrivileges: boolean;
    /** Capabilities left to the container, without `CAP_`; all others are dropped. */
    readonly capabilities: readonly string[];
    /** @default {2048} */
    readonly pidsLimit: number;
    /** 0 means no limit. @default {0} */
    readonly cpus: number;
    /** @default {"256m"} */
    readonly shmSize: number;
    /** Open files per process; many engines allow no more than 20000. @default {16384} */
    readonly nofileLimit: number;
    /** The engine's init as process 1. @default {true} */
    readonly init: boolean;
    /** Bytes of output that the engine keeps per container. @default {"256m"} */
    readonly logMaxSize: number;
    /** `bridge`, `none` or the name of a network. @default {"bridge"} */
    readonly network: string;
    /** Read-only root file system with a tmpfs at /tmp and /run. @default {false} */
    readonly readOnlyRoot: boolean;
    /** `uid[:gid]` or a name; unset leaves it to the image. */
    readonly user?: string;
    /** For example `runsc`; unset leaves it to the engine. */
    readonly runtime?: string;
  };
  readonly outputs: {
    /** Bytes of one output file; a larger one is left out and named. 0 means no limit. @default {"2g"} */
    readonly maxFileSize: number;
    /** Bytes of all output files together. 0 means no limit. @default {"20g"} */
    readonly maxTotalSize: number;
    /** Files sent one by one; the rest goes as zip parts. @default {200} */
    readonly maxFiles: number;
    /**
     * Bytes that are read to collect: packed into zip parts, and of the engine's archives. What is beyond
     * is left out and named. 0 means no limit. @default {"40g"}
     */
    readonly maxReadSize: number;
    /** Minutes that collecting may take; the rest is left out then. 0 means no limit. @default {60} */
    readonly maxMinutes: number;
  };
  readonly retention: {
    /** Hours that workspace and log of a delivered completed task stay. @default {24} */
    readonly deliveredHours: number;
    /** Days that those of a delivered failed or cancelled task stay. @default {7} */
    readonly failedDays: number;
    /** Days that the journal tells of an ended task whose files are gone. 0 means for ever. @default {365} */
    readonly historyDays: number;
    /** Bytes of all delivered workspaces and logs; beyond it the oldest go first. 0 means no limit. @default {"20g"} */
    readonly maxTotalSize: number;
    /** Undelivered results beyond which no new task is taken. @default {100} */
    readonly maxUndelivered: number;
  };
  readonly disk: {
    /** Free bytes below which no new task is taken. 0 means never. @default {"2g"} */
    readonly minFree: number;
    /** Free bytes below which the task with the largest workspace is stopped. 0 means never. @default {"512m"} */
    readonly criticalFree: number;
  };
}
