import { RENDER_NODES } from "./give_gpus.ts";
import { listInContainer, type ListingOptions } from "./listing_container.ts";

/** The GPUs of AMD that a machine has. */
export interface AmdListing {
  /** Names of their render nodes, `renderD128`, in order. */
  readonly names: readonly string[];
  /** The groups that may use them and `/dev/kfd`, other than root's. */
  readonly groups: readonly number[];
}

/** AMD's number at the PCI SIG. */
const AMD = "0x1002";

/**
 * Lists AMD's GPUs. The image need not have AMD's programs for it: the kernel says which render node is
 * whose, and what a lease is for is a node.
 */
export async function listAmdGpus(options: ListingOptions): Promise<AmdListing> {
  const all = { vendor: "amd", way: "nodes", ids: "all", isListed: false } as const;
  return parseAmdListing(await listInContainer(options, all, ["sh", "-c", amdScript()]));
}

/**
 * A script for `sh` that prints a line for each node: its name and its group.
 *
 * @param root where the machine's folders begin
 */
export function amdScript(root = ""): string {
  return `for file in ${root}/sys/class/drm/renderD*/device/vendor; do
  read -r vendor <"$file" && [ "$vendor" = ${AMD} ] || continue
  node=\${file%/device/vendor}
  node=\${node##*/}
  echo "$node $(stat -c %g "${root}${RENDER_NODES}/$node")"
done
echo "kfd $(stat -c %g ${root}/dev/kfd)"`;
}

/** Reads what {@linkcode amdScript} has printed. */
export function parseAmdListing(text: string): AmdListing {
  const names: string[] = [];
  const groups = new Set<number>();
  for (const [, name, group] of text.matchAll(/^(renderD\d+|kfd) (\d*)$/gm)) {
    if (name !== "kfd") names.push(name);
    if (Number(group) > 0) groups.add(Number(group));
  }
  const number = (name: string) => Number(name.slice("renderD".length));
  return { names: names.sort((a, b) => number(a) - number(b)), groups: [...groups] };
}
