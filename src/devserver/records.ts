/** What a task goes through on a Server. */
export type TaskStatus =
  | "pending"
  | "running"
  | "cancelling"
  | "completed"
  | "failed"
  | "cancelled";

/** A task as the Server holds it. Times are milliseconds since 1970. */
export interface DevTask {
  readonly id: string;
  readonly serviceId: string;
  /** The client that submitted it; null for one submitted in-process. */
  readonly clientId: string | null;
  readonly status: TaskStatus;
  readonly prompt: string;
  readonly outputPrompt: string;
  readonly sessionId: string | null;
  readonly inputFileIds: readonly string[];
  /** What the agent reported, with `file_ids` in it. */
  readonly output: Readonly<Record<string, unknown>> | null;
  readonly errorMessage: string | null;
  readonly retryCount: number;
  readonly createdAt: number;
  readonly assignedAt: number | null;
  readonly startedAt: number | null;
  readonly completedAt: number | null;
  /** Every status that it ever had, in order, so that a test can check the whole way. */
  readonly history: readonly { readonly status: TaskStatus; readonly at: number }[];
  /** Sent instead of the true `input_files` by poll, whatever its form. */
  readonly rawInputFiles?: unknown;
}

/** A file of a task. `stored` is false while its upload is not over, or was cut at the very end. */
export interface DevFile {
  readonly id: string;
  readonly taskId: string;
  readonly name: string;
  readonly mimeType: string | null;
  readonly sizeBytes: number;
  readonly createdBy: "client" | "agent";
  readonly createdAt: number;
  readonly stored: boolean;
  readonly path: string;
}

/** A service as the Server holds it. */
export interface DevService {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly usage: string;
  readonly registered: boolean;
  readonly revoked: boolean;
  readonly status: "unregistered" | "online" | "busy" | "offline";
  readonly currentLoad: number;
  readonly capacity: number;
  /** Milliseconds since 1970; null before the registration. */
  readonly lastHeartbeat: number | null;
  readonly createdAt: number;
}

/** Everything that a Server knows, as plain data: a backup of it. */
export interface DevSnapshot {
  readonly services: readonly ServiceRow[];
  readonly clients: readonly ClientRow[];
  readonly tasks: readonly TaskRow[];
  readonly files: readonly FileRow[];
}

/** What a request asks for. */
export type CallName =
  | (typeof FAULT_CALLS)[number]
  | "admin"
  | "health"
  | "discovery"
  | "status"
  | "unknown";

/** The calls that a fault by name can be for. */
export const FAULT_CALLS = [
  "register",
  "poll",
  "accept",
  "heartbeat",
  "complete",
  "upload",
  "list",
  "download",
  "client",
] as const;

/** What is known of a request by its head; of a task also by its body. */
export interface RequestFacts {
  readonly call: CallName;
  readonly method: string;
  readonly path: string;
  readonly serviceId?: string;
  readonly taskId?: string;
  readonly fileId?: string;
}

/** A request that was served, or cut. */
export interface RequestRecord extends RequestFacts {
  /** Counts up from 1. */
  readonly id: number;
  /** When its head had come. Milliseconds since 1970. */
  readonly time: number;
  /** The status that was sent; missing while it is served, and when the connection was cut. */
  readonly status?: number;
  /** The whole answer was written. */
  readonly answered: boolean;
  /** It is over, well or badly. */
  readonly ended: boolean;
  /** The fault that was injected into it. */
  readonly fault?: string;
}

/** A task to submit in-process. */
export interface Submission {
  readonly serviceId: string;
  readonly prompt: string;
  /** @default {""} */
  readonly outputPrompt?: string;
  /** `null` for none at all, as on an older Server. By default one is made up. */
  readonly sessionId?: string | null;
  readonly files?: readonly SubmittedFile[];
  /** Sent as `input_files` whatever it is, for hostile tests. */
  readonly rawInputFiles?: unknown;
  /** A forced id, however odd. */
  readonly id?: string;
  /** @default {"pending"} Where the task starts; for tests of a Server's later states. */
  readonly status?: TaskStatus;
}

/** An input file. `claimedSize` is what the Server says instead of the true size. */
export interface SubmittedFile {
  readonly name: string;
  readonly content: Uint8Array | string | ReadableStream<Uint8Array>;
  readonly mimeType?: string;
  readonly claimedSize?: number | null;
  /** A forced id, however odd. */
  readonly id?: string;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A service, with its secrets. */
export interface ServiceRow extends Mutable<Omit<DevService, "registered">> {
  /** The token that was given out; null once it was used. */
  token: string | null;
  usedToken: string | null;
  apiKey: string | null;
}

/** A person's account. */
export interface ClientRow {
  id: string;
  name: string;
  apiKey: string;
  createdAt: number;
}

/** A file. `reportedSize` is what agents and clients are told. */
export interface FileRow extends Mutable<DevFile> {
  reportedSize: number | null;
}

/** A task; its history grows. */
export interface TaskRow extends Mutable<Omit<DevTask, "history">> {
  history: { status: TaskStatus; at: number }[];
}
