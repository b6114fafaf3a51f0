import { type ContainerInfo, type ContainerSpec, EngineError } from "../../docker/mod.ts";
import { executorText, Failure } from "../../i18n/mod.ts";
import { sleep } from "../../util/mod.ts";
import type { EngineLink } from "./engine_link.ts";
import { commandOf, traitsOf } from "./engine_traits.ts";
import type { Attempt } from "../executor.ts";
import { LABEL, runOfLabels } from "./labels.ts";
import { removeSurely } from "./remove_surely.ts";

/** How often a name is tried again that is taken by a container which is just being removed. */
const TRIES = 50;
const PAUSE_MS = 100;

/** What to do about a container that has the name: the same attempt's, an earlier one's, or a stranger's. */
function judgeNameTaken(
  labels: ContainerInfo["labels"],
  attempt: Attempt,
  agentId: string,
): "adopt" | "replace" | "refuse" {
  const run = runOfLabels(labels, agentId);
  if (run?.taskId !== attempt.taskId) return "refuse";
  if (run.attempt === attempt.attempt) return "adopt";
  return run.attempt < attempt.attempt ? "replace" : "refuse";
}

/**
 * Creates the container of an attempt, or adopts the one that an earlier call made: a create that was
 * cut off has often done its work. The engine's own check of the name decides, so there is no gap
 * between the question and the act.
 */
export async function createRun(
  { engine, retry }: EngineLink,
  { attempt, agentId, name, spec, onImageMissing, signal }: {
    readonly attempt: Attempt;
    readonly agentId: string;
    readonly name: string;
    readonly spec: ContainerSpec;
    /** Tries to get the image back; throws when that fails. */
    readonly onImageMissing: () => Promise<void>;
    readonly signal: AbortSignal;
  },
): Promise<string> {
  let pulled = false;
  for (let tries = 1;; tries++) {
    try {
      return await retry(() => engine.createContainer(name, spec, signal), signal);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      if (error.status === 404 && !pulled) {
        pulled = true;
        await onImageMissing();
        continue;
      }
      if (!traitsOf(engine).isNameTaken(error) || tries >= TRIES) throw error;
    }
    const holder = await retry(() => engine.inspectContainer(name, signal), signal);
    if (holder && holder.state.status !== "removing") {
      switch (judgeNameTaken(holder.labels, attempt, agentId)) {
        case "adopt":
          return holder.id;
        case "replace":
          await retry(() => removeSurely(engine, holder.id, { signal }), signal);
          continue;
        case "refuse":
          throw new Failure(executorText.nameTaken({
            command: commandOf(engine),
            name,
            id: holder.id.slice(0, 12),
            owner: holder.labels[LABEL.agent] ?? "-",
          }));
      }
    }
    await sleep(PAUSE_MS, signal);
  }
}
