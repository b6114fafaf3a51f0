import { join } from "@std/path";

import { RENDER_NODES } from "./give_gpus.ts";

/** AMD's number at the PCI SIG. */
const AMD = "0x1002";

/** The GPUs of AMD that this machine has. */
export interface AmdNodes {
  /** Names of their render nodes, `renderD128`, in order. */
  readonly names: readonly string[];
  /** The groups that may use them and `/dev/kfd`, other than root's. */
  readonly groups: readonly number[];
}

/**
 * Looks for AMD's GPUs. The image need not have AMD's programs for it: the kernel says which render node is
 * whose, and what a lease is for is a node.
 *
 * @param root where the machine's folders begin. @default {"/"}
 */
export async function findAmdNodes(root = "/"): Promise<AmdNodes> {
  const names: string[] = [];
  const groups = new Set<number>();
  const noteGroup = async (path: string) => {
    const gid = await Deno.stat(path).then((info) => info.gid, () => null);
    if (gid) groups.add(gid);
  };
  for (const name of await renderNodes(join(root, RENDER_NODES))) {
    const vendor = join(root, "/sys/class/drm", name, "device/vendor");
    if ((await Deno.readTextFile(vendor).catch(() => "")).trim() !== AMD) continue;
    names.push(name);
    await noteGroup(join(root, RENDER_NODES, name));
  }
  if (names.length > 0) await noteGroup(join(root, "/dev/kfd"));
  return { names, groups: [...groups] };
}

async function renderNodes(folder: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { name } of Deno.readDir(folder)) {
      if (/^renderD\d+$/.test(name)) names.push(name);
    }
  } catch {
    return [];
  }
  const number = (name: string) => Number(name.slice("renderD".length));
  return names.sort((a, b) => number(a) - number(b));
}
