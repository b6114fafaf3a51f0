import type { HostConfig } from "../../../docker/mod.ts";
import { type GpuFacts, kindOf } from "./gpu_facts.ts";

/** What a container is asked for with to have its GPUs, and no others. */
export interface GivenGpus {
  readonly env: readonly string[];
  readonly host: HostConfig;
}

/** The folder of the nodes that AMD's driver makes, a render node for each GPU. */
export const RENDER_NODES = "/dev/dri";

/**
 * Gives a container GPUs, or none. What it may see is always said: where a vendor's runtime is the engine's
 * own, an image that asks for `all` would otherwise be given all. `void` and `none` are those runtimes' words.
 *
 * @param own those of the attempt alone. @default {all that were found}
 */
export function giveGpus(facts: GpuFacts | undefined, own?: readonly string[]): GivenGpus {
  const ids = own ?? facts?.ids ?? [];
  const visible = ids === "all" ? "all" : ids.join(",") || "void";
  const isNvidia = facts?.vendor === "nvidia";
  return {
    env: [`NVIDIA_VISIBLE_DEVICES=${isNvidia ? visible : "void"}`, "AMD_VISIBLE_DEVICES=none"],
    host: facts && ids.length > 0 ? hostConfig(facts, ids) : {},
  };
}

function hostConfig(
  { vendor, way, groups = [] }: GpuFacts,
  ids: "all" | readonly string[],
): HostConfig {
  const names = ids === "all" ? ["all"] : ids;
  switch (way) {
    case "cdi": {
      const devices = names.map((id) => `${kindOf(vendor)}=${id}`);
      return { DeviceRequests: [{ Driver: "cdi", DeviceIDs: devices }] };
    }
    case "nvidia": {
      const Capabilities = [["gpu"]];
      // The engine refuses a count together with ids.
      const which = ids === "all" ? { Count: -1 } : { DeviceIDs: [...ids] };
      return { DeviceRequests: [{ Driver: "nvidia", ...which, Capabilities }] };
    }
    case "nodes": {
      const nodes = ["/dev/kfd", ...ids === "all" ? [RENDER_NODES] : ids.map(nodeOf)];
      return {
        Devices: nodes.map((path) => ({
          PathOnHost: path,
          PathInContainer: path,
          CgroupPermissions: "rwm",
        })),
        GroupAdd: groups.map(String),
      };
    }
  }
}

/** `renderD128` → `/dev/dri/renderD128` */
function nodeOf(id: string): string {
  return id.startsWith("/") ? id : `${RENDER_NODES}/${id}`;
}
