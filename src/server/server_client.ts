import type { Connectivity } from "./connectivity.ts";
import type { RetriedCall } from "./retry.ts";
import type { InputFile, PolledTask } from "./server_task.ts";

/** What the agent has under way, as a poll tells it. */
export interface Load {
  readonly currentLoad: number;
  readonly availableCapacity: number;
}

/** What a heartbeat tells. A load above the capacity is sent as the capacity, a negative one as 0. */
export interface Beat extends Load {
  readonly status: "online" | "busy" | "offline";
  readonly capacity: number;
}

/** What a poll brought: a task, a cancel, or nothing. */
export interface PollAnswer {
  readonly task?: PolledTask;
  readonly cancelTaskId?: string;
}

/** How a task ended. */
export interface Report {
  readonly taskId: string;
  readonly status: "completed" | "failed" | "cancelled";
  readonly output: Readonly<Record<string, unknown>> | null;
  readonly errorMessage: string | null;
  readonly fileIds: readonly string[];
}

/** A file that the Server lists for a task. */
export interface ServerFile {
  readonly id: string;
  readonly filename: string;
  readonly sizeBytes: number | null;
  readonly createdBy: "client" | "agent" | undefined;
}

/** A file to be uploaded. */
export interface Upload {
  readonly taskId: string;
  /** Sent as it is: see {@linkcode isSendable}. */
  readonly name: string;
  /** Bytes that `body` will give; with any other number the upload is broken off. */
  readonly size: number;
  /** @default {"application/octet-stream"} */
  readonly mimeType?: string;
  /**
   * Opens the file; called once, when the request budget has room. The chunks become the client's: a
   * buffer that one fills is emptied when it was sent, and is not to be used again.
   */
  readonly body: () => ReadableStream<Uint8Array> | Promise<ReadableStream<Uint8Array>>;
}

/**
 * Takes a download chunk by chunk. A chunk is valid until the promise for it is settled: its buffer is used
 * again.
 */
export type Sink = (chunk: Uint8Array) => void | Promise<void>;

/**
 * The Server's Agent API for one service. Each call is one attempt: it waits for room in the request
 * budget, sends one request, and either returns or throws a `ServerError` (or the signal's reason).
 * Trying again is for `retrying`, around one call or several.
 */
export interface ServerClient extends AsyncDisposable {
  /** Whether the Server answers, and the last trouble, for `status`. */
  readonly connectivity: Connectivity;
  /**
   * Makes `attempt` succeed, through outages and trouble with the credentials, for as long as it takes.
   *
   * @throws {ServerError} a final refusal; any other error of `attempt`; the signal's reason
   */
  retrying<T>(attempt: () => Promise<T>, call: RetriedCall): Promise<T>;
  poll(load: Load, signal: AbortSignal): Promise<PollAnswer>;
  /** `not_pending`: running already, taken, cancelled, ended or unknown. */
  accept(taskId: string, signal: AbortSignal): Promise<"accepted" | "not_pending">;
  /** The Server's own time then, milliseconds since 1970; undefined where it does not tell that. */
  heartbeat(beat: Beat, signal: AbortSignal): Promise<number | undefined>;
  /** `not_running`: the task has ended, or was handed back to the queue. */
  complete(report: Report, signal: AbortSignal): Promise<"done" | "not_running">;
  /**
   * The inputs of a task and what was uploaded for it, newest first; undefined for a task that the Server
   * does not know.
   */
  listFiles(taskId: string, signal: AbortSignal): Promise<ServerFile[] | undefined>;
  /** Whether the download of a file answers with the file. No byte of it is kept. */
  fileExists(fileId: string, signal: AbortSignal): Promise<boolean>;
  /**
   * Streams a file into `into` and returns its size in bytes. Broken off at once when more comes than
   * `sizeBytes`; fewer bytes are an error too. The two have the code `wrong_size`.
   */
  download(
    file: Pick<InputFile, "id" | "sizeBytes">,
    into: Sink,
    signal: AbortSignal,
  ): Promise<number>;
  /**
   * Streams a file to the Server. Uploads for the same task wait for each other.
   *
   * @throws {LocalFileError} the file could not be read, or has another size than announced
   */
  upload(file: Upload, signal: AbortSignal): Promise<{ fileId: string }>;
  /**
   * For when the machine was asleep: connections may be dead without saying so. Gives up the idle ones
   * and breaks off calls under way (an `outage`), but no upload or download.
   */
  renewConnections(): void;
}
