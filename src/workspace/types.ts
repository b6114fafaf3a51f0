import { Failure, type Text } from "../i18n/mod.ts";
import type { Clock } from "../util/mod.ts";

/** An input file as the Server names it. Nothing in it is trusted. */
export interface InputSheet {
  readonly id: string;
  readonly filename: string;
  readonly mimeType: string | null;
  /** Bytes, where the Server said. */
  readonly sizeBytes: number | null;
}

/** What a workspace has to know of a task. */
export interface TaskSheet {
  readonly id: string;
  readonly taskPrompt: string;
  readonly outputPrompt: string | null;
  readonly sessionId: string | null;
  readonly inputFiles: readonly InputSheet[];
}

/** An input file and where it belongs in the workspace. */
export interface StagedInput extends InputSheet {
  /** Path below the workspace with `/`: `input/01-report.pdf`. */
  readonly localPath: string;
}

/** A task's folder, ready to be staged into. */
export interface Workspace {
  /** Absolute path on the host. */
  readonly dir: string;
  readonly inputs: readonly StagedInput[];
}

/** Takes one input file's bytes. */
export interface InputSink {
  /**
   * Appends to the file.
   *
   * @throws {InputRefused} when it is more than was announced or allowed.
   * @throws {DiskFull} when there is no room for it.
   */
  write(chunk: Uint8Array): Promise<void>;
  /** Empties the file, for a download that begins again. */
  restart(): Promise<void>;
}

/** Where the bytes of an output file are. Plain JSON, for the journal. */
export type OutputSource =
  | {
    readonly kind: "workspace";
    /** Below the workspace, with `/`, as it is on disk. */
    readonly path: string;
    /** Time of the last change in nanoseconds, to notice another one. */
    readonly mtimeNs: string;
    /** Links to the file, all of them inside the workspace. */
    readonly links: number;
  }
  | {
    readonly kind: "spill";
    /** Name of the file in the spill folder. */
    readonly file: string;
  };

/** One file to be sent. Plain JSON, for the journal. */
export interface OutputFile {
  /** 0 for the first. */
  readonly position: number;
  /** The name that the Server is told: `output/response.md`. Different from every other file's. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly mimeType?: string;
  readonly source: OutputSource;
  /** Of a zip part: how many output files are in it. */
  readonly contains?: number;
}

/** Why something of the workspace is not sent. */
export type SkipKind =
  | "link"
  | "special"
  | "hard_link"
  | "hidden"
  | "superseded"
  | "other_filesystem"
  | "unreadable"
  | "bad_name"
  | "too_deep"
  | "path_too_long"
  | "too_large"
  | "total_size"
  | "too_many"
  | "read_size"
  | "too_slow"
  | "changed"
  | "read_error"
  | "unread";

/** One thing that is not sent. */
export interface Skipped {
  /** Its path, made printable and shortened. A folder's ends in `/` and stands for all below it. */
  readonly name: string;
  readonly kind: SkipKind;
  readonly reason: Text;
}

/** Something that is as good as before, but that the machine would not let the agent read. */
export type Unread = Pick<Skipped, "name" | "reason">;

/** How many more were left out for the same reason, beyond those that are named. */
export interface SkippedCount {
  readonly kind: SkipKind;
  readonly reason: Text;
  readonly count: number;
}

/** A file that is sent under another name than its own. */
export interface Renamed {
  /** Its path, made printable and shortened. */
  readonly name: string;
  readonly sentAs: string;
}

/** What became of a workspace. Plain JSON, bounded in size. */
export interface Collection {
  /** In the order in which they are to be sent: `output/response.md`, `output/`, the rest, zip parts. */
  readonly files: readonly OutputFile[];
  /** At most 200. */
  readonly skipped: readonly Skipped[];
  readonly skippedMore: readonly SkippedCount[];
  /** At most 200, and only with `leaveOutUnread`; none of them is in `skipped`. */
  readonly unread: readonly Unread[];
  /** At most 200. */
  readonly renamed: readonly Renamed[];
  /** How many were renamed beyond those that are named. */
  readonly renamedMore: number;
  readonly totals: {
    /** Output files, whether sent one by one or in a zip part. */
    readonly files: number;
    /** Their bytes before zipping. */
    readonly bytes: number;
    /** How many of the files are in zip parts. */
    readonly zipped: number;
    readonly zipParts: number;
    readonly skipped: number;
  };
}

/** How {@linkcode collectOutputs} works. */
export interface CollectOptions {
  /** The workspace on the host. */
  readonly dir: string;
  /** Mount points in the container; those below `/workspace` are left alone. */
  readonly mounts: readonly string[];
  readonly limits: OutputLimits;
  /**
   * A tar of one folder or file of the stopped container, by its absolute path there
   * (`/workspace/output`), as the engine gives it: every name in it begins with the last part of that
   * path. For what the agent itself may not read. Without it such files are left out and named.
   */
  readonly archive?: (path: string, signal?: AbortSignal) => Promise<ReadableStream<Uint8Array>>;
  /** A folder for this attempt alone. What is in it is removed first. */
  readonly spill: string;
  /**
   * Leaves out, and names, what cannot be read for trouble of the machine, so that the rest can be
   * delivered: for trouble that does not pass.
   *
   * @default {false}
   */
  readonly leaveOutUnread?: boolean;
  readonly signal?: AbortSignal;
  /** @default {SYSTEM_CLOCK} */
  readonly clock?: Clock;
}

/** Bounds of what is sent; 0 means no limit. As in the configuration's `[outputs]`. */
export interface OutputLimits {
  /** Bytes of one file. */
  readonly maxFileSize: number;
  /** Bytes of all files together, before zipping. */
  readonly maxTotalSize: number;
  /** Files sent one by one; the rest goes in zip parts. */
  readonly maxFiles: number;
  /** Bytes that are read to collect: of files for zip parts, and of archives. */
  readonly maxReadSize: number;
  /** Minutes that collecting may take. */
  readonly maxMinutes: number;
}

/** How the removal of a folder ended. */
export interface Removal {
  /** Whether nothing of it is left. */
  readonly removed: boolean;
  /** What stood in the way: files of the container's user, for one. */
  readonly obstacle?: Text;
  /** The obstacle is the machine's and may pass. */
  readonly isTrouble?: boolean;
}

/** What a folder takes on disk. */
export interface Usage {
  /** Bytes on disk, not lengths: a sparse file counts what it occupies. */
  readonly bytes: number;
  readonly entries: number;
  /** False when the bound on entries was met or parts of it could not be read. */
  readonly complete: boolean;
}

/** The machine is in trouble that may pass (too few file handles, a failing disk): try again later. */
export class MachineTrouble extends Failure {
  override readonly name: string = "MachineTrouble";
}

/** There is no room left on the disk. */
export class DiskFull extends MachineTrouble {
  override readonly name = "DiskFull";
}

/** An input file that is not what was announced, or larger than is allowed. */
export class InputRefused extends Failure {
  override readonly name = "InputRefused";
}

/** An output file that is no longer what it was when it was collected. It is never sent. */
export class OutputChanged extends Failure {
  override readonly name = "OutputChanged";
}
