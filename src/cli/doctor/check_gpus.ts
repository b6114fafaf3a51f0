import { callControl } from "../../daemon/mod.ts";
import { doctorText, type Finding, ok } from "../../i18n/mod.ts";
import type { CheckContext } from "./check.ts";

/** Which task has which GPU: only the running agent knows. What keeps it from saying so, `status` shows. */
export async function checkGpus({ config, running }: CheckContext): Promise<Finding[]> {
  if (!running || config.executor.gpu?.perTask === undefined) return [];
  const { dataDir } = config.paths;
  const report = await callControl({ dataDir, request: { command: "status" } })
    .catch(() => undefined);
  return (report?.gpus ?? []).map(({ id, taskIds }) =>
    ok(
      taskIds.length > 0
        ? doctorText.gpuOf({ id, tasks: taskIds.join(", ") })
        : doctorText.gpuFree({ id }),
    )
  );
}
