import type { ContainerInfo, Engine, EngineError, EngineName } from "../../docker/mod.ts";

/** A container as far as it tells why it was not started. */
type FailedState = Pick<ContainerInfo["state"], "exitCode" | "error">;

/**
 * What engines do differently although they speak one API: all of it, in one table. What can differ from
 * one machine to the next (rootless, SELinux, live-restore) the engine is asked for where it matters.
 */
export interface EngineTraits {
  /** Its containers are its children and end with it. Podman's never were. */
  readonly endsContainers: boolean;
  /** Following a log hands out all of it, in the order of a later reading. */
  readonly followsLogs: boolean;
  /** How many files of a size it keeps a log in, before it drops the oldest of them. */
  readonly logFiles: number;
  /** A mount whose folder is missing is refused; otherwise the folder is made, empty. */
  readonly refusesMissingMounts: boolean;
  /** A container runs with the runtime that it asks for; otherwise with the engine's own, without a word. */
  readonly choosesRuntime: boolean;
  /** A user other than root has the capabilities that a container is given, too. */
  readonly raisesPlainUsers: boolean;
  /** Unpacking a file over a mount that is not in use empties the mount. */
  readonly emptiesMounts: boolean;
  /** How GPUs are asked for. */
  readonly gpu: "nvidia" | "cdi";
  /** Whether a create was refused because the name is another container's. */
  isNameTaken(error: EngineError): boolean;
  /**
   * The exit code of a start that was refused for what is the task's own: its command (126, 127) or its
   * user (128) is not in the image. Undefined where it is the machine's, as is all else between the engine
   * and a started program.
   */
  ownFault(state: FailedState): 126 | 127 | 128 | undefined;
}

/** Measured on 20.10.24, 26.1.5 and 28.5.2. */
const DOCKER: EngineTraits = {
  endsContainers: true,
  followsLogs: true,
  logFiles: 4,
  refusesMissingMounts: true,
  choosesRuntime: true,
  raisesPlainUsers: false,
  emptiesMounts: true,
  gpu: "nvidia",
  isNameTaken: ({ status }) => status === 409,
  ownFault: ({ exitCode, error }) => {
    if (exitCode === 126 || exitCode === 127) return exitCode;
    return lacksUser(error) ? 128 : undefined;
  },
};

/** Measured on 4.3.1, 5.4.2 and 5.8.6. */
const PODMAN: EngineTraits = {
  endsContainers: false,
  // Of 100,000 quick lines some thousand in the middle are missing.
  followsLogs: false,
  // `max-file` is not known: at `max-size` the log begins anew.
  logFiles: 1,
  refusesMissingMounts: false,
  choosesRuntime: false,
  raisesPlainUsers: true,
  emptiesMounts: false,
  gpu: "cdi",
  isNameTaken: ({ status, detail = "" }) =>
    status === 500 && /name is already in use/i.test(detail),
  // The exit code stays 0, and 4.3 keeps no text either: there only the answer to the start tells.
  ownFault: ({ error }) => {
    if (lacksUser(error)) return 128;
    if (/\bmount/i.test(error)) return undefined;
    const program = /\bexec:? |exec container process|executable file/i.exec(error);
    if (!program) return undefined;
    if (/permission denied|format error/i.test(error)) return 126;
    return /not found|no such file/i.test(error) ? 127 : undefined;
  },
};

const TRAITS: Readonly<Record<EngineName, EngineTraits>> = { Docker: DOCKER, Podman: PODMAN };

/** What is particular about the engine that answers now; until one has answered, what Docker does. */
export function traitsOf(engine: Pick<Engine, "name">): EngineTraits {
  return TRAITS[nameOf(engine)];
}

/** What people call the engine. */
export function nameOf({ name }: Pick<Engine, "name">): EngineName {
  return name ?? "Docker";
}

/** The command by which a person speaks to the engine. */
export function commandOf(engine: Pick<Engine, "name">): string {
  return nameOf(engine).toLowerCase();
}

function lacksUser(words: string): boolean {
  return /unable to find (?:user|group)|no matching entries in (?:passwd|group)/i.test(words);
}
