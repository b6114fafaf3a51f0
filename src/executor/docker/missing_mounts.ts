import type { Mount } from "../../config/mod.ts";
import { executorText, Failure, joinTexts, type Text } from "../../i18n/mod.ts";
import type { EngineTraits } from "./engine_traits.ts";

/**
 * Refuses mounts that have no folder or file on this machine, for an engine that would make an empty
 * folder in its place: a task would look for the lab's data in there. What may not be looked at is not missing.
 *
 * @throws {Failure} that names them all
 */
export async function refuseMissingMounts(
  mounts: readonly Pick<Mount, "host" | "container">[],
  { refusesMissingMounts }: Pick<EngineTraits, "refusesMissingMounts">,
): Promise<void> {
  if (refusesMissingMounts) return;
  const missing: Text[] = [];
  for (const { host, container } of mounts) {
    const isThere = await Deno.stat(host).then(
      () => true,
      (error) => !(error instanceof Deno.errors.NotFound),
    );
    if (!isThere) missing.push(executorText.mountMissing({ host, container }));
  }
  if (missing.length > 0) throw new Failure(joinTexts(missing));
}
