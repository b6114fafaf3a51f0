import type { Engine } from "../../docker/mod.ts";
import { executorText, joinTexts, type Text, textOf } from "../../i18n/mod.ts";
import type { Logger } from "../../log/mod.ts";
import { traitsOf } from "./engine_traits.ts";
import { ensureImage, whichImage } from "./ensure_image.ts";

/** Milliseconds between two tries to get an image back. */
const PAUSE_MS = 60_000;

/** What the image is brought back with. */
export interface ImageReturnOptions {
  readonly engine: Engine;
  readonly image: string;
  readonly log?: Logger;
  /** Ends a pull that is under way. */
  readonly signal: AbortSignal;
}

/**
 * Brings back an image that was there when the agent started: a clean-up of the machine removes those that
 * no container has.
 */
export class ImageReturn {
  readonly #options: ImageReturnOptions;
  #pulling: Promise<void> | undefined;
  #notBefore = 0;
  #failure: Text | undefined;

  constructor(options: ImageReturnOptions) {
    this.#options = options;
  }

  /** Pulls it while nobody waits for it, unless that was just tried. @returns what to say meanwhile. */
  begin(): Text {
    if (!this.#pulling && performance.now() >= this.#notBefore) {
      this.#pulling = this.#pull().finally(() => {
        this.#pulling = undefined;
        this.#notBefore = performance.now() + PAUSE_MS;
      });
    }
    const gone = executorText.imageGone({ image: this.#options.image });
    return this.#failure ? joinTexts([gone, this.#failure]) : gone;
  }

  async #pull(): Promise<void> {
    try {
      await bringBack(this.#options);
      this.#failure = undefined;
    } catch (error) {
      this.#failure = textOf(error);
    }
  }
}

/**
 * The user whom the image names, where that matters to the engine; "" for root. An image that is gone is brought
 * back for it. @throws {Failure} when it cannot be.
 */
export async function userOfImage(options: ImageReturnOptions): Promise<string> {
  const { engine, image, signal } = options;
  if (!traitsOf(engine).raisesPlainUsers) return "";
  const found = await engine.inspectImage(image, signal);
  if (found) return found.user;
  await bringBack(options);
  return (await engine.inspectImage(image, signal))?.user ?? "";
}

/** Pulls an image that is gone, and says which one it is now. @throws {Failure} when it cannot be pulled. */
export async function bringBack(
  { engine, image, log, signal }: ImageReturnOptions,
): Promise<void> {
  const warnings = await ensureImage(engine, { image, pull: "missing" }, { signal });
  for (const warning of warnings) log?.warn(warning);
  const found = await engine.inspectImage(image, signal);
  if (found) log?.info(whichImage(image, found));
}
