import type { Lang } from "../../i18n/mod.ts";
import { type Logger, SILENT } from "../../log/mod.ts";
import type { Clock } from "../../util/mod.ts";
import type { Attempt, Tails } from "../executor.ts";
import { NO_SECRETS, type Secrets } from "../secrets.ts";
import { readLogState } from "./log_state.ts";
import type { OnOutput } from "./log_frame.ts";
import { LogWriter } from "./log_writer.ts";

/** Of so many runs the end of the output is kept in memory when the disk does not take it. */
const MOST_UNKEPT = 32;

/** How logs are written; the same for every task. */
export interface TaskLogsOptions {
  /** @default {SILENT} */
  readonly log?: Logger;
  /** What must not be in logs and reports. @default {NO_SECRETS} */
  readonly secrets?: Secrets;
  /** The language of the marks in a log. @default {"en"} */
  readonly lang?: Lang;
  /** When to write what is in memory. @default {SYSTEM_CLOCK} */
  readonly clock?: Clock;
}

/** The logs that an executor keeps of its runs. */
export class TaskLogs {
  readonly #options: TaskLogsOptions;
  readonly #secrets: Secrets;
  /** The ends of outputs that a full disk did not take, by log path. */
  readonly #unkept = new Map<string, Tails & { readonly attempt: number }>();

  constructor(options: TaskLogsOptions) {
    this.#options = options;
    this.#secrets = options.secrets ?? NO_SECRETS;
  }

  /**
   * Keeps the output of an attempt, unless all of it is kept already.
   *
   * @param read takes the output into the writer, from behind {@linkcode LogWriter.taken} to its end
   */
  async keep(
    attempt: Attempt,
    read: (writer: LogWriter) => Promise<void>,
    onOutput?: OnOutput,
  ): Promise<void> {
    // Keys are changed while an agent runs: a new run has the new ones.
    await this.#secrets.refresh();
    const tails = await this.#write(attempt, read, onOutput);
    if (tails) this.#unkept.set(attempt.logPath, { attempt: attempt.attempt, ...tails });
    else this.#unkept.delete(attempt.logPath);
    // A disk that stays full for long must not become a full memory.
    const [oldest] = this.#unkept.keys();
    if (this.#unkept.size > MOST_UNKEPT) this.#unkept.delete(oldest);
  }

  /** The last of what was kept of an attempt; empty when there is nothing. */
  async tails(attempt: Attempt): Promise<Tails> {
    const state = this.#unkept.get(attempt.logPath) ?? await readLogState(attempt.logPath);
    if (state?.attempt !== attempt.attempt) return { stdout: "", stderr: "" };
    // A key that is newer than the run may be in there all the same.
    await this.#secrets.refresh();
    const conceal = this.#secrets.text;
    return { stdout: conceal(state.stdout), stderr: conceal(state.stderr) };
  }

  /** @returns the ends of the streams if the disk had no room to keep them beside the log. */
  async #write(
    attempt: Attempt,
    read: (writer: LogWriter) => Promise<void>,
    onOutput?: OnOutput,
  ): Promise<Tails | undefined> {
    const { log = SILENT, lang = "en", clock } = this.#options;
    const secrets = this.#secrets;
    const options = { attempt, log, lang, secrets, clock, onOutput };
    await using writer = await LogWriter.open(options);
    if (!writer) return undefined;
    await read(writer);
    return await writer.finish() ? undefined : writer.streams.tails;
  }
}
