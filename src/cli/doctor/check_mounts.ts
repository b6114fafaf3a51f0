import { doctorText, type Finding, ok, problem } from "../../i18n/mod.ts";
import type { CheckContext } from "./check.ts";

/** Are the folders that every task is to see there? */
export async function checkMounts({ config: { paths } }: CheckContext): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { host, container, readonly } of paths.mounts) {
    const there = await Deno.stat(host).then(() => true, () => false);
    findings.push(
      there
        ? ok(
          (readonly ? doctorText.mountThereReadonly : doctorText.mountThere)({ host, container }),
        )
        : problem(doctorText.mountMissing({ host, container }), doctorText.mendMount),
    );
  }
  return findings;
}
