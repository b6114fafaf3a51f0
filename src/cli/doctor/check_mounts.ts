import { doctorText, type Finding, ok, problem } from "../../i18n/mod.ts";
import type { CheckContext } from "./check.ts";

/** Are the folders that every task is to see there? */
export async function checkMounts({ config: { paths } }: CheckContext): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const mount of paths.mounts) {
    const there = await Deno.stat(mount.host).then(() => true, () => false);
    findings.push(
      there
        ? ok(doctorText.mountThere(mount))
        : problem(doctorText.mountMissing(mount), doctorText.mendMount),
    );
  }
  return findings;
}
