import { Failure, workspaceText } from "../i18n/mod.ts";
import { causeOf, isFull, isMachineTrouble } from "../util/mod.ts";
import { DiskFull, MachineTrouble } from "./types.ts";

/** Why a folder of the agent's own could not be made, in words that name it. */
export function notCreated(error: unknown, path: string): unknown {
  const named = troubleOf(error, path);
  if (named instanceof Failure) return named;
  return new Failure(workspaceText.cannotCreate({ path, cause: causeOf(error) }), { cause: error });
}

/** An error as it is, or as a {@linkcode MachineTrouble} that names `path` where it is the machine's. */
export function troubleOf(error: unknown, path: string): unknown {
  if (error instanceof Failure || !isMachineTrouble(error)) return error;
  if (isFull(error)) return new DiskFull(workspaceText.diskFull({ path }), { cause: error });
  const words = workspaceText.machineTrouble({ path, cause: causeOf(error) });
  return new MachineTrouble(words, { cause: error });
}
