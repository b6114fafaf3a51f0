import { Failure, workspaceText } from "../i18n/mod.ts";
import { causeOf, isFull, isMachineTrouble } from "../util/mod.ts";
import { DiskFull, MachineTrouble } from "./types.ts";

/** An error as it is, or as a {@linkcode MachineTrouble} that names `path` where it is the machine's. */
export function troubleOf(error: unknown, path: string): unknown {
  if (error instanceof Failure || !isMachineTrouble(error)) return error;
  if (isFull(error)) return new DiskFull(workspaceText.diskFull({ path }), { cause: error });
  const words = workspaceText.machineTrouble({ path, cause: causeOf(error) });
  return new MachineTrouble(words, { cause: error });
}
