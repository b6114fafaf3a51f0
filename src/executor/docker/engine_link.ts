import { connectEngine, describeEndpoint, type Engine, EngineError } from "../../docker/mod.ts";
import { executorText } from "../../i18n/mod.ts";
import type { Logger } from "../../log/mod.ts";
import { backoff, sleep } from "../../util/mod.ts";
import type { Boot } from "./end_verdict.ts";
import { engineBoot as askEngineBoot } from "./boot_ids.ts";
import { nameOf } from "./engine_traits.ts";

/** The longest wait between two tries to reach an engine that is away, milliseconds. */
const RETRY_MS = 5_000;
/** For how long new connections count as new, milliseconds. */
const NEW_MS = 5_000;
/** How old an answer may be that still counts as recent, milliseconds. */
const RECENT_MS = 2_000;

/** An engine that may go away and come back. */
export interface EngineLink {
  readonly engine: Engine;
  /** How often a call has found the engine away so far. */
  readonly absences: number;
  /**
   * Repeats a call for as long as the engine is away. The call may have been carried out without an
   * answer, so it must look before it acts. One that takes too long although the engine answers is made
   * once more, over a new connection. Other errors are thrown.
   */
  retry<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T>;
  /** The same for a call that only asks: it is repeated until it has an answer, however long it hangs. */
  untilAnswered<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T>;
  /**
   * Opens new connections for the calls to come, unless that has just been done.
   * @throws {EngineError} while it is away.
   */
  refresh(): Promise<void>;
  /**
   * Asks over a new connection which start of the engine this is. A daemon that is going down answers
   * on the old ones only.
   * @throws {EngineError} `unreachable` while it is away.
   */
  engineBoot(signal: AbortSignal): Promise<Boot | undefined>;
  /**
   * The start of the engine as of 2 s ago or later, for the label of a new container. One that is no
   * longer true does no harm: what has an older label but was started later is not taken for lost.
   */
  recentEngineBoot(signal: AbortSignal): Promise<Boot | undefined>;
}

/** How often a call is made that takes too long each time. */
const HUNG_TRIES = 2;

/** Makes a link to an engine. Messages about its absence go to `log`, once an absence. */
export function createEngineLink(engine: Engine, log: Logger): EngineLink {
  const place = () => ({ engine: nameOf(engine), endpoint: describeEndpoint(engine.endpoint) });
  let away = false;
  let absences = 0;
  let known: { readonly boot: Boot | undefined; readonly at: number } | undefined;

  let refreshed: { readonly at: number; readonly done: Promise<void> } | undefined;
  const refresh = () => {
    const at = performance.now();
    if (!refreshed || at - refreshed.at > NEW_MS) refreshed = { at, done: engine.renew() };
    return refreshed.done;
  };

  const ask = async (connection: Engine, signal: AbortSignal) => {
    const at = performance.now();
    const boot = await askEngineBoot(connection, signal);
    known = { boot, at };
    return boot;
  };

  const engineBoot = async (signal: AbortSignal) => {
    await using anew = await connectEngine(engine.endpoint, { signal });
    return await ask(anew, signal);
  };

  const recentEngineBoot = async (signal: AbortSignal) => {
    // Without a time nobody could tell that a run began after it.
    const isRecent = known?.boot?.since !== undefined &&
      performance.now() - known.at < RECENT_MS;
    return isRecent ? known?.boot : await ask(engine, signal);
  };

  const answers = async (signal: AbortSignal) => {
    try {
      await engine.renew(signal);
      return true;
    } catch (error) {
      if (error instanceof EngineError) return false;
      throw error;
    }
  };

  /** An engine on its way down answers calls on old connections with any kind of error. */
  const isAway = async (error: unknown, signal: AbortSignal) => {
    if (!(error instanceof EngineError)) return false;
    const failed = error.status !== undefined && error.status >= 500;
    if (error.timedOut || failed) return !await answers(signal);
    return error.unreachable;
  };

  const retry: EngineLink["retry"] = async (call, signal) => {
    let hung = 0;
    for (let attempt = 1;; attempt++) {
      signal.throwIfAborted();
      try {
        // What comes back may be another engine, of another version.
        if (!away || await answers(signal)) {
          const result = await call();
          if (away) log.info(executorText.engineBack(place()));
          away = false;
          return result;
        }
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        if (!await isAway(error, signal)) {
          if (!isHung(error) || ++hung >= HUNG_TRIES) throw error;
          continue;
        }
        signal.throwIfAborted();
      }
      if (!away) log.warn(executorText.engineAway(place()));
      away = true;
      absences++;
      await sleep(backoff(attempt, { baseMs: 200, maxMs: RETRY_MS }), signal);
    }
  };

  return {
    engine,
    get absences() {
      return absences;
    },
    refresh,
    engineBoot,
    recentEngineBoot,
    retry,
    async untilAnswered(call, signal) {
      for (;;) {
        try {
          return await retry(call, signal);
        } catch (error) {
          if (!isHung(error)) throw error;
          log.warn(error.text);
        }
      }
    },
  };
}

/** Is it a call that took too long, of an engine that may well be there? */
export function isHung(error: unknown): error is EngineError {
  return error instanceof EngineError && error.timedOut;
}
