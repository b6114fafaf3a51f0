import { join } from "@std/path";
import { daemonText, type Text } from "../i18n/mod.ts";
import { TASK_FOLDERS } from "./layout.ts";

/** What the agent makes in its data folder, for its owner alone. */
const FILES = /^(?:agent\.(?:db|id|lock|pid|holder|control|sock|log)(?:[.-].+)?|reserve)$/;
const FOLDERS: readonly string[] = TASK_FOLDERS;

/**
 * Takes from other users what they may do with the agent's own files in the data folder: a copy, an
 * `rsync` or a `chmod -R` may have let them in. Nothing is opened, and nothing behind a link touched.
 *
 * @returns a warning for everything that was mended, or could not be
 */
export async function mendModes(dataDir: string): Promise<Text[]> {
  if (Deno.build.os === "windows") return [];
  const warnings: Text[] = [];
  for await (const { name, isFile, isDirectory, isSymlink } of Deno.readDir(dataDir)) {
    const own = isDirectory ? FOLDERS.includes(name) : !isSymlink && FILES.test(name);
    if (!own) continue;
    const path = join(dataDir, name);
    const mode = await Deno.lstat(path).then((info) => info.mode ?? 0, () => 0);
    if ((mode & 0o077) === 0 || (!isFile && !isDirectory && !name.endsWith(".sock"))) continue;
    const found = (mode & 0o777).toString(8).padStart(4, "0");
    try {
      await Deno.chmod(path, mode & 0o700);
      warnings.push(daemonText.modeMended({ path, mode: found }));
    } catch {
      warnings.push(daemonText.modeLoose({ path, mode: found }));
    }
  }
  return warnings;
}
