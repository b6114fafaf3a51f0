import { join } from "@std/path";

import { findUnlockedAgent } from "../../daemon/mod.ts";
import { daemonFiles, DOCTOR_PREFIX, networkFilesystem } from "../../data_folder/mod.ts";
import { doctorText, type Finding, ok, problem, reasonOf, warning } from "../../i18n/mod.ts";
import { freeInodes, freeSpace, MIN_INODES } from "../../workspace/mod.ts";
import { nearestThere } from "../there.ts";
import type { CheckContext } from "./check.ts";

const GB = 1e9;

/** Can the data folder be written, is there room, is it on a disk of this machine, and nobody else's? */
export async function checkDataFolder({ config, running }: CheckContext): Promise<Finding[]> {
  const { dataDir, allowNetworkFs } = config.paths;
  const nearest = await nearestThere(dataDir);
  const findings = [await writable(dataDir, nearest), await room(nearest, config.disk)];
  const unlocked = running ? undefined : await findUnlockedAgent(dataDir);
  if (unlocked) {
    const what = doctorText.unlockedAgent({ ...unlocked, path: daemonFiles(dataDir).pid });
    findings.push(problem(what, doctorText.mendUnlockedAgent));
  }
  const kind = await networkFilesystem(nearest);
  if (kind !== undefined) {
    findings.push(
      allowNetworkFs
        ? warning(doctorText.onNetwork({ path: dataDir, kind }))
        : problem(doctorText.onNetwork({ path: dataDir, kind }), doctorText.mendNetwork),
    );
  }
  return findings;
}

/** Writes a file and removes it: permissions alone do not tell (read-only disks, quotas). */
async function writable(dataDir: string, nearest: string): Promise<Finding> {
  const path = join(nearest, `${DOCTOR_PREFIX}${crypto.randomUUID()}`);
  try {
    await Deno.writeTextFile(path, "x", { createNew: true, mode: 0o600 });
    await Deno.remove(path);
    return ok(
      nearest === dataDir
        ? doctorText.folderWritable({ path: dataDir })
        : doctorText.folderToMake({ path: dataDir }),
    );
  } catch (error) {
    const what = doctorText.folderNotWritable({ path: dataDir, why: reasonOf(error) });
    return problem(what, doctorText.mendFolder({ path: nearest }));
  }
}

async function room(
  path: string,
  { minFree }: { readonly minFree: number },
): Promise<Finding> {
  const free = await freeSpace(path);
  const gigabytes = (free / GB).toFixed(1);
  const wanted = (minFree / GB).toFixed(1);
  if (free < minFree) {
    return problem(doctorText.diskFull({ gigabytes, wanted }), doctorText.mendDisk);
  }
  const inodes = await freeInodes(path);
  if (minFree > 0 && inodes !== undefined && inodes < MIN_INODES) {
    const what = doctorText.fewInodes({ free: inodes, least: MIN_INODES });
    return problem(what, doctorText.mendInodes);
  }
  if (free < 2 * minFree) {
    return warning(doctorText.diskLow({ gigabytes, wanted }), doctorText.mendDisk);
  }
  return ok(doctorText.diskRoom({ gigabytes }));
}
