import { executorText, type Lang, reasonOf, type Text } from "../../i18n/mod.ts";
import type { Logger } from "../../log/mod.ts";
import { type Clock, type Concealer, OPEN, SYSTEM_CLOCK } from "../../util/mod.ts";
import type { Attempt } from "../executor.ts";
import { KeptLog, type KeptSizes, tailPaths, writeAll } from "./kept_log.ts";
import { KeptStreams } from "./kept_streams.ts";
import type { LogFrame, OnOutput } from "./log_frame.ts";
import { type LogState, markOf, readLogState, writeLogState } from "./log_state.ts";

/** Most that is in memory before it goes to the file. */
const BUFFER_BYTES = 128 * 1024;
/** What a buffer begins with: most tasks print little, and many may run side by side. */
const SMALL_BYTES = 4 * 1024;
/** How long output may stay in memory, milliseconds. */
const FLUSH_MS = 200;
/** How much output may have to be read again after a crash, milliseconds. */
const CHECKPOINT_MS = 1_000;

/** How to write the log of an attempt. */
export interface LogWriterOptions {
  readonly attempt: Attempt;
  /** The language of the marks in the log. */
  readonly lang: Lang;
  readonly log: Logger;
  readonly sizes?: KeptSizes;
  /** What must not be in the log. @default {OPEN} */
  readonly secrets?: Concealer;
  /** Is given what is new of each stream, secrets concealed, whether or not the disk has room for it. */
  readonly onOutput?: OnOutput;
  /** When to write what is in memory. @default {SYSTEM_CLOCK} */
  readonly clock?: Clock;
}

/**
 * Writes the frames of a run's output into its log file and remembers, beside the file, how far it has
 * got, so that another writer can go on behind exactly the same frame. A full disk costs output but
 * never throws: what could not be written is counted, and marked as soon as there is room again.
 */
export class LogWriter implements AsyncDisposable {
  readonly #options: LogWriterOptions;
  readonly #file: KeptLog;
  /** The two streams, for passing over what is in the file already, and their ends. */
  readonly streams: KeptStreams;
  /** As of the last frame whose bytes are in the file. */
  #written: LogState;
  /** As of the last frame that was taken. */
  #taken: Pick<LogState, "frames" | "first" | "last">;
  #buffer = new Uint8Array(SMALL_BYTES);
  #spare = new Uint8Array(SMALL_BYTES);
  #filled = 0;
  /** Bytes that the disk had no room for since the last mark. */
  #lost = 0;
  #done = false;
  #stateWritten = 0;
  #flushing: Promise<void> = Promise.resolve();
  #cancelFlush?: () => void;
  readonly #clock: Clock;

  private constructor(options: LogWriterOptions, state: LogState) {
    const { attempt: { logPath }, clock = SYSTEM_CLOCK, secrets = OPEN, sizes } = options;
    const { base, position } = state;
    this.#options = options;
    this.#clock = clock;
    this.#written = state;
    this.#taken = state;
    this.#lost = state.lost;
    const beforeDrop = () => this.checkpoint();
    this.#file = new KeptLog(logPath, { base, position, sizes, beforeDrop });
    this.streams = new KeptStreams(secrets, state);
  }

  /** Opens the log of an attempt where it was left; undefined when it is complete. */
  static async open(options: LogWriterOptions): Promise<LogWriter | undefined> {
    const { attempt: { attempt, logPath } } = options;
    const found = await readLogState(logPath);
    const known = found?.attempt === attempt ? found : undefined;
    if (known?.done) return undefined;
    const writer = new LogWriter(options, known ?? await begin(options));
    await writer.checkpoint();
    return writer;
  }

  /** Frames taken so far, and what the first and the last of them were. */
  get taken(): Pick<LogState, "frames" | "first" | "last"> {
    return this.#taken;
  }

  /** Takes one frame. Waits for the disk whenever the buffer is full. */
  async frame(frame: LogFrame): Promise<void> {
    const last = markOf(frame);
    const { frames, first = last } = this.#taken;
    const bytes = this.streams.take(frame);
    this.#options.onOutput?.(frame.stream, bytes);
    await this.#append(bytes, { frames: frames + 1, first, last });
  }

  /** A line that is not the program's, where some of its output is missing. */
  async mark(text: Text): Promise<void> {
    await this.#endStreams();
    await this.#append(lineOf(text, this.#options.lang), this.#taken);
  }

  /** Everything is taken: puts the file together. False when the disk has no room for that. */
  async finish(): Promise<boolean> {
    await this.#endStreams();
    await this.flush();
    if (this.#lost > 0) await this.#write(new Uint8Array(0));
    const { lang, log, attempt: { logPath } } = this.#options;
    try {
      await this.#file.finish((bytes) => lineOf(executorText.logGap({ bytes }), lang));
      await writeLogState(logPath, this.#state(true));
      this.#done = true;
      await this.#file.dropTail();
      return true;
    } catch (error) {
      log.warn(executorText.logNotFinished({ path: logPath, reason: reasonOf(error) }));
      return false;
    }
  }

  /** Writes what is in memory to the file. */
  flush(): Promise<void> {
    this.#cancelFlush?.();
    this.#cancelFlush = undefined;
    return this.#flushing = this.#flushing.then(() => this.#flush());
  }

  /** Remembers how far the file has got. */
  async checkpoint(): Promise<void> {
    if (this.#done) return;
    this.#stateWritten = this.#clock.now();
    // A state that cannot be written means more to read again, no more.
    await writeLogState(this.#options.attempt.logPath, this.#state(false)).catch(() => {});
  }

  /** Leaves everything so that the next writer has nothing to read again. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.flush();
    await this.checkpoint();
    this.#file[Symbol.dispose]();
  }

  /** What was held back is not the beginning of anything any more. */
  async #endStreams(): Promise<void> {
    for (const { stream, rest } of this.streams.end()) {
      this.#options.onOutput?.(stream, rest);
      await this.#append(rest, this.#taken);
    }
  }

  /** Bytes and the count of their frame go together, so that the file always ends with a whole frame. */
  async #append(bytes: Uint8Array, taken: LogWriter["taken"]): Promise<void> {
    if (this.#filled > 0 && this.#filled + bytes.length > BUFFER_BYTES) await this.flush();
    this.#grow(this.#filled + bytes.length);
    this.#buffer.set(bytes, this.#filled);
    this.#filled += bytes.length;
    this.#taken = taken;
    this.#cancelFlush ??= this.#clock.after(FLUSH_MS, () => void this.flush());
  }

  #grow(needed: number): void {
    if (needed <= this.#buffer.length) return;
    const larger = new Uint8Array(Math.max(needed, Math.min(BUFFER_BYTES, 2 * needed)));
    larger.set(this.#buffer.subarray(0, this.#filled));
    this.#buffer = larger;
  }

  async #flush(): Promise<void> {
    const taken = this.#taken;
    const bytes = this.#buffer.subarray(0, this.#filled);
    [this.#buffer, this.#spare] = [this.#spare, this.#buffer];
    this.#filled = 0;
    if (this.#spare.length > BUFFER_BYTES) this.#spare = new Uint8Array(SMALL_BYTES);
    if (bytes.length > 0) await this.#write(bytes);
    const { position } = this.#file;
    this.#written = { ...this.#written, ...taken, position, lost: this.#lost };
    if (this.#clock.now() - this.#stateWritten > CHECKPOINT_MS) await this.checkpoint();
  }

  async #write(bytes: Uint8Array): Promise<void> {
    const { lang, log, attempt: { logPath } } = this.#options;
    const before = this.#file.position;
    let marked = 0;
    try {
      if (this.#lost > 0) {
        await this.#file.write(lineOf(executorText.logLost({ bytes: this.#lost }), lang));
        this.#lost = 0;
        marked = this.#file.position - before;
      }
      await this.#file.write(bytes);
    } catch (error) {
      if (this.#lost === 0) {
        log.warn(executorText.logNotWritten({ path: logPath, reason: reasonOf(error) }));
      }
      this.#lost += Math.max(0, bytes.length - (this.#file.position - before - marked));
    }
  }

  #state(done: boolean): LogState {
    return { ...this.#written, ...this.streams.tails, done };
  }
}

/** A later attempt writes behind the earlier ones, so that what became of the task reads as one story. */
async function begin({ attempt: { attempt, logPath }, lang }: LogWriterOptions): Promise<LogState> {
  let base = 0;
  for (const path of await tailPaths(logPath)) await Deno.remove(path).catch(() => {});
  if (attempt > 1) {
    try {
      using log = await Deno.open(logPath, { append: true, create: true, mode: 0o600 });
      await writeAll(log, lineOf(executorText.logAttempt({ attempt }), lang));
      base = (await log.stat()).size;
    } catch {
      base = (await Deno.stat(logPath).catch(() => undefined))?.size ?? 0;
    }
  }
  return { attempt, base, position: 0, frames: 0, lost: 0, stdout: "", stderr: "", done: false };
}

function lineOf(text: Text, lang: Lang): Uint8Array {
  return new TextEncoder().encode(`\n[agent-core] ${text[lang]}\n`);
}
