import type {
  ContainerInfo,
  ContainerSize,
  ContainerStats,
  ContainerSummary,
  WaitAnswer,
} from "./container_answers.ts";
import type { Text } from "../i18n/mod.ts";
import type { ContainerSpec } from "./container_spec.ts";
import type { Endpoint } from "./endpoint.ts";
import type { EngineInfo, EngineVersion } from "./engine_answers.ts";
import type { EngineName } from "./engine_name.ts";
import type { ImageInfo } from "./image_answers.ts";
import type { LogFrame } from "./log_frames.ts";

/** One step of a pull or of a build, as the engine tells it. */
export interface PullProgress {
  /** The layer, where the step is about one. */
  readonly id?: string;
  readonly status: string;
  /** Bytes of this layer. */
  readonly current?: number;
  readonly total?: number;
}

/** How to pull an image. */
export interface PullOptions {
  readonly onProgress?: (progress: PullProgress) => void;
  /** Takes what kept a login for the registry from being found; the image is pulled without it. */
  readonly onDoubt?: (doubt: Text) => void;
  /**
   * Milliseconds that it may say nothing. @default {300000} Engines give a broken registry up to 75 s by
   * themselves.
   */
  readonly idleMs?: number;
  readonly signal?: AbortSignal;
}

/** How to build an image. */
export interface BuildOptions {
  /** The name that the image gets. */
  readonly tag: string;
  readonly buildArgs?: Readonly<Record<string, string>>;
  /**
   * Builds with BuildKit, which knows more of a Dockerfile (`COPY --chmod`, and in newer versions here-documents), instead of
   * the engine's classic builder. See {@linkcode hasBuildKit}. @default {false}
   */
  readonly buildKit?: boolean;
  /** Takes the builder's output as it comes, line breaks included. */
  readonly onOutput?: (text: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * Whether `buildImage` can build with BuildKit: every Docker that agent-core speaks with has it for Linux.
 * Podman's own builder knows the same Dockerfiles.
 *
 * @throws {EngineError} when the engine does not say what it runs on
 */
export async function hasBuildKit(
  engine: Pick<Engine, "name" | "version">,
  signal?: AbortSignal,
): Promise<boolean> {
  return engine.name !== "Podman" && (await engine.version(signal)).os === "linux";
}

/** Which part of a container's output to read. */
export interface LogOptions {
  /** Go on until the container ends. */
  readonly follow: boolean;
  /** Give each frame its time. */
  readonly timestamps: boolean;
  /** `seconds.nanoseconds` as text, inclusive. It cannot resume exactly: see {@linkcode Engine.logs}. */
  readonly since?: string;
  readonly signal?: AbortSignal;
}

/** Which events of a container to read. Times are milliseconds since 1970 by the engine's clock. */
export interface EventOptions {
  readonly since: number;
  /** One in the future is waited for. */
  readonly until: number;
  readonly signal?: AbortSignal;
}

/**
 * A Docker engine (or one that speaks its API, such as Podman). Should another one take its place that
 * refuses the version, the version is agreed on anew and the call made once more.
 *
 * Every call does one attempt. It throws an {@linkcode EngineError}, or the reason of its signal once
 * that is aborted. A call whose answer was lost may have been carried out all the same.
 */
export interface Engine extends AsyncDisposable {
  readonly endpoint: Endpoint;
  /** The version that calls are made with, `1.41`. */
  readonly apiVersion: string;
  /** Which engine it is; undefined as long as none has answered. */
  readonly name: EngineName | undefined;

  /**
   * Begins anew, over a new connection: asks whether the engine answers, for 10 s at most, and agrees on
   * the API version again. Later calls are made on new connections only, so that one which has died
   * without a word keeps none of them; calls under way go on.
   * @throws {EngineError} when nothing answers there, something else does, or the engine is too old.
   */
  renew(signal?: AbortSignal): Promise<void>;

  version(signal?: AbortSignal): Promise<EngineVersion>;
  info(signal?: AbortSignal): Promise<EngineInfo>;
  /**
   * A mark that changes when the engine starts without keeping its containers (a restart without
   * live-restore, a reboot): the time at which it made its own bridge network. Undefined where there
   * is no such network.
   */
  startMark(signal?: AbortSignal): Promise<string | undefined>;

  /** Undefined when the engine does not have the image. */
  inspectImage(reference: string, signal?: AbortSignal): Promise<ImageInfo | undefined>;
  /**
   * Pulls one image (`latest` unless the reference says otherwise), with the login that there is for its
   * registry. An error in mid-pull throws too.
   */
  pullImage(reference: string, options?: PullOptions): Promise<void>;
  /** Builds an image from a tar of the build context. A failed step throws with the step's words. */
  buildImage(context: ReadableStream<Uint8Array>, options: BuildOptions): Promise<void>;
  /** Gives an image one more name, which another image loses if it has it. */
  tagImage(reference: string, name: string, signal?: AbortSignal): Promise<void>;
  removeImage(
    reference: string,
    options?: { readonly force?: boolean; readonly signal?: AbortSignal },
  ): Promise<"removed" | "gone">;

  /**
   * @returns the container's id.
   * @throws EngineError with status 409 when the name is taken, 404 when the image is not there.
   */
  createContainer(name: string, spec: ContainerSpec, signal?: AbortSignal): Promise<string>;
  startContainer(id: string, signal?: AbortSignal): Promise<"started" | "already">;
  /** Undefined when there is no such container. */
  inspectContainer(idOrName: string, signal?: AbortSignal): Promise<ContainerInfo | undefined>;
  /** Undefined when there is no such container. The engine walks through its layer for this. */
  containerSize(id: string, signal?: AbortSignal): Promise<ContainerSize | undefined>;
  /**
   * Waits for the container to end. Open it before `startContainer` (`onOpen` tells when it stands).
   * The code alone proves nothing: `inspectContainer` does.
   */
  waitContainer(
    id: string,
    options?: {
      /** @default {"not-running"} */
      readonly condition?: "next-exit" | "not-running";
      readonly signal?: AbortSignal;
      /** The engine has begun to wait. */
      readonly onOpen?: () => void;
    },
  ): Promise<WaitAnswer>;
  /** Lets a paused container go on; one that is not paused is fine. */
  unpauseContainer(id: string, signal?: AbortSignal): Promise<void>;
  /** TERM, then KILL after the grace time. Returns when the container has ended. */
  stopContainer(
    id: string,
    options: { readonly graceSecs: number; readonly signal?: AbortSignal },
  ): Promise<"stopped" | "already" | "gone">;
  /** Removes it with its anonymous volumes. `in_progress`: somebody else's removal is under way. */
  removeContainer(
    id: string,
    options?: { readonly force?: boolean; readonly signal?: AbortSignal },
  ): Promise<"removed" | "gone" | "in_progress">;
  /** Containers that have every one of these labels with this value. */
  listContainers(
    options: {
      readonly labels: Readonly<Record<string, string>>;
      /** Ended ones too. @default {true} */
      readonly all?: boolean;
      readonly signal?: AbortSignal;
    },
  ): Promise<ContainerSummary[]>;
  /**
   * The container's output, frame by frame, in the same order each time: to resume, read from the
   * start and skip as many frames as were kept. `follow` before the start ends at once, empty.
   * Leaving the loop closes the connection.
   */
  logs(id: string, options: LogOptions): AsyncIterable<LogFrame>;
  /**
   * What has happened to a container, oldest first: `start`, `die` and the like. An engine keeps only some
   * 256 events, of all its containers, and forgets them when it ends.
   */
  containerEvents(id: string, options: EventOptions): AsyncIterable<string>;
  /** Undefined when the container is gone; without figures when it does not run. */
  stats(id: string, signal?: AbortSignal): Promise<ContainerStats | undefined>;
  /** A tar of a path in the container, stopped or not. Cancel the stream if it is not read to its end. */
  archive(id: string, path: string, signal?: AbortSignal): Promise<ReadableStream<Uint8Array>>;
  /** Unpacks a tar into an existing folder of the container. */
  putArchive(
    id: string,
    path: string,
    tar: ReadableStream<Uint8Array>,
    signal?: AbortSignal,
  ): Promise<void>;
}
