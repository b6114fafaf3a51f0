import { writeDurably } from "../util/mod.ts";
import { configText, Failure, reasonOf } from "../i18n/mod.ts";
import type { Setting } from "./key_spec.ts";
import { ConfigMissing } from "./problems.ts";
import { readConfig } from "./read_config.ts";
import { readToml } from "./toml.ts";

/** What a registration writes. */
const REGISTRATION = { "agent.service_id": "svc", "agent.api_key": "key", "agent.name": "name" };

/**
 * Sets keys (such as `agent.service_id`) in the file, with its comments and layout kept. The new
 * file replaces the old in one step, is readable by its owner alone, and keeps its owner. Where
 * `path` is a link, its target is replaced.
 *
 * @throws {ConfigMissing} if there is no file, {@linkcode Failure} if it is broken, has no place
 * for a key or cannot be replaced; the file is unchanged then.
 */
export async function editConfig(
  path: string,
  changes: Readonly<Record<string, Setting>>,
): Promise<void> {
  const target = await realPath(path);
  const { text, info } = readConfig(target);
  await replace(path, target, await editText(path, text, changes), info);
}

/**
 * Makes sure that a registration can be written to the file: that it has a place for the keys, and
 * that it can be replaced, by replacing it with itself.
 *
 * @throws what {@linkcode editConfig} throws.
 */
export async function assertReplaceable(path: string): Promise<void> {
  const target = await realPath(path);
  const { text, info } = readConfig(target);
  await editText(path, text, REGISTRATION);
  await replace(path, target, text, info);
}

async function editText(
  file: string,
  text: string,
  changes: Readonly<Record<string, Setting>>,
): Promise<string> {
  const read = await readToml(text);
  if ("problems" in read) {
    const { text: words, line } = read.problems[0]!;
    const place = configText.placeInFile({ file, line });
    const problem = configText.atPlace({ place, words });
    throw new Failure(configText.cannotEditBroken({ file, problem }));
  }
  const { setInText } = await import("./edit_text.ts");
  return Object.entries(changes).reduce((before, [key, value]) => {
    const after = setInText(before, key, value);
    if (after === undefined) throw new Failure(configText.cannotEditKey({ file, key }));
    return after;
  }, text);
}

async function realPath(path: string): Promise<string> {
  try {
    return await Deno.realPath(path);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) throw new ConfigMissing(path, { cause });
    const reason = reasonOf(cause);
    throw new Failure(configText.unreadable({ file: path, reason }), { cause });
  }
}

async function replace(
  file: string,
  target: string,
  text: string,
  { uid, gid }: Deno.FileInfo,
): Promise<void> {
  try {
    await writeDurably(target, text);
    if (Deno.build.os === "windows") return;
    const now = await Deno.stat(target);
    // Root may edit the file of the user as whom the agent runs.
    if (now.uid !== uid || now.gid !== gid) await Deno.chown(target, uid, gid).catch(() => {});
  } catch (cause) {
    const reason = reasonOf(cause);
    throw new Failure(configText.cannotReplace({ file, reason }), { cause });
  }
}
