import { normalize } from "@std/path/posix";

import type { Config } from "../../config/mod.ts";
import type { ImageInfo } from "../../docker/mod.ts";
import { executorText, type Text } from "../../i18n/mod.ts";
import { WORKSPACE } from "./container_spec.ts";

/** Pairs that usually work all the same: the machine's own processor runs the older code. */
const COMPATIBLE = ["386 on amd64", "arm on arm64"];

/**
 * Looks at what an image declares: a volume below `/workspace`, whose files would be gone with the
 * container without a word; no program for an executor type that relies on the image's own; another
 * processor than the engine's (`engineArch`, as `GET /version` has it).
 *
 * @returns `refused`: why no task can be run in it
 */
export function declaredByImage(
  image: ImageInfo,
  { executor, paths }: Pick<Config, "executor" | "paths">,
  engineArch: string,
): { readonly refused: Text[]; readonly warnings: Text[] } {
  const name = executor.image;
  // A configured mount at the same path replaces the volume.
  const mounted = paths.mounts.map(({ container }) => plain(container));
  const hidden = image.volumes.map(plain)
    .filter((path) => path.startsWith(`${WORKSPACE}/`) && !mounted.includes(path));
  const refused = hidden.map((path) => executorText.volumeInWorkspace({ image: name, path }));
  if (!hasProgram(image, executor)) refused.push(executorText.noProgram({ image: name }));
  const pair = `${image.architecture} on ${engineArch}`;
  const isForeign = image.architecture !== "" && engineArch !== "" &&
    image.architecture !== engineArch && !COMPATIBLE.includes(pair);
  const architecture = image.architecture;
  return {
    refused,
    warnings: isForeign
      ? [executorText.foreignImage({ image: name, architecture, engine: engineArch })]
      : [],
  };
}

/** Without `.`, `..`, doubled and last slashes. */
function plain(path: string): string {
  return normalize(path).replace(/(?!^)\/$/, "");
}

function hasProgram(
  { entrypoint, cmd }: Pick<ImageInfo, "entrypoint" | "cmd">,
  { executorType, customEntrypoint, customArgs }: Config["executor"],
): boolean {
  if (executorType === "bash" || executorType === "python") return true;
  const own = executorType === "custom" ? [...customEntrypoint ?? [], ...customArgs ?? []] : [];
  return own.length + entrypoint.length + cmd.length > 0;
}
