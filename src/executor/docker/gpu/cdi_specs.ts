import { join } from "@std/path";
import * as z from "zod/mini";

import { jsonOrUndefined } from "../../../util/mod.ts";

/** Where engines look for specifications that do not say it: https://github.com/cncf-tags/container-device-interface */
export const USUAL_FOLDERS = ["/etc/cdi", "/var/run/cdi"] as const;

/** The largest specification that is read, bytes; one of eight GPUs has some 20 KiB. */
const MOST_BYTES = 4 * 1024 ** 2;

const specSchema = z.object({
  kind: z.string(),
  devices: z.array(z.object({ name: z.union([z.string(), z.number()]) })),
});

/**
 * The devices of a kind (`nvidia.com/gpu`) that the specifications in these folders describe, by their names
 * without the kind, in order. What is no specification, or cannot be read, describes nothing.
 */
export async function devicesOfSpecs(folders: readonly string[], kind: string): Promise<string[]> {
  const names = new Set<string>();
  for (const folder of folders) {
    for (const file of await filesOf(folder)) {
      const spec = specSchema.safeParse(await contentOf(join(folder, file)));
      if (!spec.success || spec.data.kind !== kind) continue;
      for (const { name } of spec.data.devices) names.add(String(name));
    }
  }
  return [...names];
}

async function filesOf(folder: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { name } of Deno.readDir(folder)) {
      if (/\.(?:json|ya?ml)$/.test(name)) names.push(name);
    }
  } catch {
    return [];
  }
  return names.sort();
}

async function contentOf(path: string): Promise<unknown> {
  try {
    if ((await Deno.stat(path)).size > MOST_BYTES) return undefined;
    const text = await Deno.readTextFile(path);
    if (path.endsWith(".json")) return jsonOrUndefined(text);
    // Loaded only where there is such a file: most commands need none.
    const { parseYaml } = await import("./parse_yaml.ts");
    return parseYaml(text);
  } catch {
    return undefined;
  }
}
