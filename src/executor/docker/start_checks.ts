import { executorText, Failure, joinTexts, type Text, textOf } from "../../i18n/mod.ts";
import { abortable } from "../../util/mod.ts";
import { declaredByImage } from "./declared_by_image.ts";
import { ensureImage } from "./ensure_image.ts";
import { ImageReturn } from "./image_return.ts";
import { nameOf } from "./engine_traits.ts";
import type { PrepareOptions } from "../executor.ts";
import { type EngineFacts, preflightSpelling, prepare, type StartFacts } from "./prepare.ts";

/** How long the engine may take to say whether the image is there, milliseconds. */
const OBSTACLE_MS = 5_000;
/** How long checks may take when they are made again, milliseconds; mostly it is a second. */
const CHECK_MS = 30_000;

/** The checks of a start, and what has to be checked again before another task is taken. */
export class StartChecks implements Disposable {
  readonly #start: StartFacts;
  #facts: EngineFacts = {
    spelling: 0,
    osType: "linux",
    selinux: false,
    rootless: false,
    logDriver: "json-file",
  };
  /** All of them until they have passed; the preflight after a run that could not be made or started. */
  #due: "all" | "preflight" | undefined;
  #preparing: Promise<unknown> | undefined;
  /** What the image was warned of when it was first made sure of; undefined until then. */
  #imageWarnings: readonly Text[] | undefined;
  readonly #imageReturn: ImageReturn;
  readonly #gone = new AbortController();
  /** The end of the last use of a throw-away container: their removal must not meet one in use. */
  #helpers: Promise<unknown> = Promise.resolve();

  constructor(start: StartFacts) {
    this.#start = start;
    const { engine, log, config: { executor: { image } } } = start;
    this.#imageReturn = new ImageReturn({ engine, image, log, signal: this.#gone.signal });
  }

  /** What the checks found; until they have passed, what holds on most machines. */
  get facts(): EngineFacts {
    return this.#facts;
  }

  /**
   * What a container may be made by. Without what the checks find it would lack its GPUs, or SELinux its label,
   * and the task be blamed.
   *
   * @throws {Failure} from the first checks on until they have passed, as where the engine was away at the start
   */
  get passedFacts(): EngineFacts {
    if (this.#due === "all") throw new Failure(executorText.checksNotPassed);
    return this.#facts;
  }

  /** Makes all of them. See {@linkcode Executor.prepare}. */
  async prepare(options: PrepareOptions): Promise<Text[]> {
    this.#due = "all";
    const ensureImage = (options: PrepareOptions) => this.#ensureImage(options);
    const { warnings, facts } = await this.inTurn(() =>
      prepare(this.#start, { ...options, ensureImage })
    );
    this.#facts = facts;
    this.#due = undefined;
    return warnings;
  }

  /** A run could not be made or started: the machine is to blame until the preflight passes again. */
  doubt(): void {
    this.#due ??= "preflight";
  }

  /** See {@linkcode Executor.obstacle}. */
  async obstacle(signal: AbortSignal): Promise<Text | undefined> {
    const limitMs = this.#due ? CHECK_MS : OBSTACLE_MS;
    const soon = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
    try {
      if (this.#due === "all") {
        await abortable(this.#prepareAgain(), soon);
        return undefined;
      }
      const { engine, config } = this.#start;
      const { image } = config.executor;
      const found = await engine.inspectImage(image, soon);
      if (!found) return this.#imageReturn.begin();
      // Its name may be another image's by now.
      const { refused } = declaredByImage(found, config, "");
      if (refused.length > 0) return joinTexts(refused);
      if (this.#due) await abortable(this.#preflightAgain(soon), soon);
      return undefined;
    } catch (error) {
      signal.throwIfAborted();
      const named = { engine: nameOf(this.#start.engine), seconds: limitMs / 1000 };
      return soon.aborted ? executorText.engineSlow(named) : textOf(error);
    }
  }

  /** Lets one use of throw-away containers follow the other. */
  inTurn<T>(use: () => Promise<T>): Promise<T> {
    const turn = this.#helpers.then(use);
    this.#helpers = turn.catch(() => {});
    return turn;
  }

  [Symbol.dispose](): void {
    this.#gone.abort();
  }

  /** One preparation at a time, however long it takes: it may pull the image. */
  #prepareAgain(): Promise<unknown> {
    const { signal } = this.#gone;
    return this.#preparing ??= this.#prepareAlone(signal).finally(() =>
      this.#preparing = undefined
    );
  }

  async #prepareAlone(signal: AbortSignal): Promise<void> {
    const warnings = await this.prepare({ signal });
    for (const warning of warnings) this.#start.log?.warn(warning);
  }

  /** By one pull in the agent's life at most where the image is there, however often the checks are made. */
  async #ensureImage(options: PrepareOptions): Promise<readonly Text[]> {
    const { engine, config: { executor } } = this.#start;
    const wish = this.#imageWarnings ? { ...executor, pull: "missing" as const } : executor;
    const warnings = await ensureImage(engine, wish, options);
    return this.#imageWarnings = warnings.length > 0 ? warnings : this.#imageWarnings ?? [];
  }

  async #preflightAgain(signal: AbortSignal): Promise<void> {
    this.#facts = await this.inTurn(() => preflightSpelling(this.#start, this.#facts, signal));
    if (this.#due === "preflight") this.#due = undefined;
  }
}
