import type { ConcealedStream, Concealer } from "../../util/mod.ts";
import type { Tails } from "../executor.ts";
import { LastBytes } from "./last_bytes.ts";
import type { LogFrame } from "./log_frame.ts";

/** What the report may carry of each stream, bytes. */
const TAIL_BYTES = 64 * 1024;

interface KeptStream {
  readonly tail: LastBytes;
  readonly concealed: ConcealedStream;
}

/**
 * The two streams of a run on their way into its log: secrets are concealed, and the end of each is kept. What may
 * be the beginning of a secret is held back until it is known. So whoever goes on where another process has stopped
 * has to pass over the frames before.
 */
export class KeptStreams {
  readonly #streams: Record<LogFrame["stream"], KeptStream>;
  /** Frames that were taken, here or by a process before. */
  #frames: number;
  /** Everything is as it was behind the last frame taken. */
  #isCurrent: boolean;
  #passed = 0;

  /** Streams of which `frames` were taken before, with the ends that they had. */
  constructor(secrets: Concealer, { frames, stdout, stderr }: Tails & { readonly frames: number }) {
    const kept = (end: string): KeptStream => {
      const tail = new LastBytes(TAIL_BYTES);
      tail.push(new TextEncoder().encode(end));
      return { tail, concealed: secrets.stream() };
    };
    this.#streams = { stdout: kept(stdout), stderr: kept(stderr) };
    this.#frames = frames;
    this.#isCurrent = frames === 0;
  }

  /** Takes one frame, and returns what of it and of those before is for the log. */
  take({ stream, data }: LogFrame): Uint8Array {
    this.#frames++;
    this.#isCurrent = true;
    return this.#push(stream, data);
  }

  /** Passes over a frame that was taken before. */
  skip({ stream, data }: LogFrame): void {
    if (this.#isCurrent) return;
    this.#push(stream, data);
    this.#isCurrent = ++this.#passed === this.#frames;
  }

  /** Passes over a frame of a log whose beginning is lost: the ends are those that were given. */
  skipLate({ stream, data }: LogFrame): void {
    if (!this.#isCurrent) this.#streams[stream].concealed.push(data);
  }

  /** The log is read from the same beginning again. */
  restart(): void {
    if (this.#isCurrent) return;
    this.#passed = 0;
    for (const { tail, concealed } of Object.values(this.#streams)) {
      tail.clear();
      concealed.end();
    }
  }

  /** Returns what was held back: nothing more of it will come. */
  end(): { readonly stream: LogFrame["stream"]; readonly rest: Uint8Array }[] {
    return (["stdout", "stderr"] as const).map((stream) => {
      const { tail, concealed } = this.#streams[stream];
      const rest = concealed.end();
      tail.push(rest);
      return { stream, rest };
    });
  }

  /** The last of each stream. */
  get tails(): Tails {
    const { stdout, stderr } = this.#streams;
    return { stdout: stdout.tail.text(), stderr: stderr.tail.text() };
  }

  #push(stream: LogFrame["stream"], data: Uint8Array): Uint8Array {
    const { tail, concealed } = this.#streams[stream];
    const bytes = concealed.push(data);
    tail.push(bytes);
    return bytes;
  }
}
