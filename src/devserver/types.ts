import type { Logger } from "../log/mod.ts";
import type { Faults } from "./faults.ts";
import type { Settings } from "./settings.ts";
import type {
  DevFile,
  DevService,
  DevSnapshot,
  DevTask,
  RequestRecord,
  Submission,
  TaskStatus,
} from "./records.ts";

/** How a development Server behaves. Every time is in milliseconds, every size in bytes. */
export interface DevServerOptions extends Partial<Readonly<Settings>> {
  /** 0 takes any free port. @default {0} */
  readonly port?: number;
  /** How many requests {@linkcode DevServer.requests} remembers. @default {10000} */
  readonly rememberRequests?: number;
  /** Where uploaded bytes are kept; made if missing. By default a temporary folder, removed by `stop`. */
  readonly dataDir?: string;
  /** The admin's key. By default a random one. */
  readonly adminKey?: string;
  /** Starts with what another Server held. Its files must still be where they were. */
  readonly restore?: DevSnapshot;
  readonly log?: Logger;
}

/** What to wait for; `"ended"` is completed, failed or cancelled. */
export type WantedTask = "ended" | TaskStatus | ((task: DevTask) => boolean);

/** How long to wait. Without either for ever. */
export interface WaitOptions {
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

/** What is done with what the Server holds, without a request. */
export interface InProcess {
  createService(name: string): { id: string; registrationToken: string };
  /** A service that is registered already, for tests that do not care how. */
  createAgent(name: string, capacity?: number): { serviceId: string; apiKey: string };
  createClient(name: string): { id: string; apiKey: string };
  /** From now on `register` with its token and every call with its key is refused. */
  revoke(serviceId: string): void;
  service(id: string): DevService | undefined;

  submit(submission: Submission): Promise<DevTask>;
  task(id: string): DevTask | undefined;
  /** In the order of their submission. */
  tasks(): DevTask[];
  /** As the user does it. @returns the task afterwards, unchanged where there is nothing to cancel */
  cancel(id: string): DevTask | undefined;
  /** Waits until the task is as wanted. */
  waitFor(taskId: string, wanted: WantedTask, options?: WaitOptions): Promise<DevTask>;

  /** Files of a task, oldest first. */
  files(taskId: string): DevFile[];
  /** The bytes of a file. @throws {Error} when there is no such file or it was never stored */
  fileBytes(fileId: string): Promise<Uint8Array>;

  /** A backup of everything but the bytes, which stay on disk. */
  snapshot(): DevSnapshot;
  /** Goes back to a backup: what came later never happened. */
  restore(snapshot: DevSnapshot): void;
}

/** A running development Server. Closing it stops it. */
export interface DevServer extends InProcess, AsyncDisposable {
  /** Without a trailing slash. */
  readonly url: string;
  readonly port: number;
  readonly adminKey: string;
  /** The folder with the uploaded bytes. */
  readonly dataDir: string;
  /** What was asked lately, oldest first. */
  readonly requests: readonly RequestRecord[];
  /** What goes wrong with requests to come. */
  readonly faults: Faults;

  /** Calls back when a request's head has come and again when it is over (`ended`). @returns what ends that */
  onRequest(listener: (request: RequestRecord) => void): () => void;
  /** Waits for the next request (not one of the past) that is over and as wanted. */
  waitForRequest(
    wanted: (request: RequestRecord) => boolean,
    options?: WaitOptions,
  ): Promise<RequestRecord>;

  /** Changes the settings of a running Server. */
  set(settings: Partial<Settings>): void;
  /** Looks for silent agents at once. */
  sweep(): void;

  /** Cuts every connection and closes the port; what it knows is kept, see {@linkcode DevServer.start}. */
  pause(): Promise<void>;
  /** Opens the same port again, after the sweep that a Server does at its start. */
  start(): Promise<void>;
  /** `pause`, `downMs` of waiting, `start`. `agedMs` makes it look as if it had been down for longer. */
  restart(options?: { readonly downMs?: number; readonly agedMs?: number }): Promise<void>;
  /** Cuts every connection, closes the port and removes its temporary folder. */
  stop(): Promise<void>;
}
