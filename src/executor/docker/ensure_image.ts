import type { Config } from "../../config/mod.ts";
import { digestOf, type Engine, EngineError, type ImageInfo } from "../../docker/mod.ts";
import { executorText, Failure, joinTexts, type Text, textOf } from "../../i18n/mod.ts";
import { commandOf } from "./engine_traits.ts";
import type { PrepareOptions } from "../executor.ts";

/** Which image there is to be, and when it is pulled. */
export type ImageWish = Pick<Config["executor"], "image" | "pull">;

/** Milliseconds that the pull of an image may say nothing that is there: the agent waits for it. */
const RENEWAL_IDLE_MS = 90_000;

/**
 * Makes sure that the engine has the image, by a pull if need be, and with `always` by a pull in any case,
 * unless a digest says which one it is. An image that is there is kept when the registry does not give it.
 *
 * @returns warnings.
 * @throws {Failure} when the image is not there and cannot be pulled.
 */
export async function ensureImage(
  engine: Engine,
  { image, pull }: ImageWish,
  { onProgress = () => {}, signal }: PrepareOptions,
): Promise<Text[]> {
  const isThere = await engine.inspectImage(image, signal) !== undefined;
  if (isThere && (pull === "missing" || isPinned(image))) return [];
  onProgress(isThere ? executorText.pullingAnew({ image }) : executorText.pulling({ image }));
  const warnings: Text[] = [];
  try {
    await engine.pullImage(image, {
      signal,
      idleMs: isThere ? RENEWAL_IDLE_MS : undefined,
      onDoubt: (doubt) => void warnings.push(doubt),
      onProgress: ({ id = "", status, current, total }) => {
        const isKnown = current !== undefined && total;
        const amount = isKnown ? `${Math.min(100, Math.floor(100 * current / total))} %` : "";
        const detail = [id, status, amount].filter((part) => part !== "").join(" ");
        onProgress(executorText.pullStep({ image, detail }));
      },
    });
    return warnings;
  } catch (error) {
    if (!(error instanceof EngineError) || signal.aborted) throw error;
    const reason = textOf(error);
    // Asked once more: an engine that has gone away has an error of its own.
    if (isThere && await engine.inspectImage(image, signal)) {
      return [executorText.imageNotRenewed({ image, reason })];
    }
    const advice = isPinned(image)
      ? executorText.mendPinnedImage
      : executorText.mendImage({ command: commandOf(engine), image });
    const words = joinTexts([executorText.imageMissing({ image, reason }), advice]);
    throw new Failure(words, { cause: error });
  }
}

/** Which image a name stands for now: by its digest, or by its id where no registry has given it. */
export function whichImage(
  image: string,
  { id, digests }: Pick<ImageInfo, "id" | "digests">,
): Text {
  const digest = digestOf(image, digests);
  return digest === undefined
    ? executorText.imageRunsLocal({ image, id })
    : executorText.imageRuns({ image, digest });
}

/** Whether a name says by a digest which image it is. */
export function isPinned(image: string): boolean {
  return image.includes("@");
}
