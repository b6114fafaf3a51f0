import { basename } from "@std/path";

import { isUnfinished } from "../util/mod.ts";

/** How the name of a start check's folder begins. */
export const START_CHECK_PREFIX = ".start-check-";

/** How the name of the file begins by which `doctor` tries whether it can write. */
export const DOCTOR_PREFIX = ".agent-core-doctor-";

/** What agent-core makes in a data folder, but for its lock and the tries. */
const OWN =
  /^(?:workspaces|logs|spill|reserve|agent\.(?:id|control|sock|stop|log(?:\.\d+)?|db(?:-wal|-shm|\.new)?)|\.start-check-.*|\.agent-core-doctor-.*)$/;

/** Whether an entry of a data folder is one that agent-core has made and that may go under its lock. */
export function isOwnEntry(name: string): boolean {
  return OWN.test(name) || isBrokenOff(name);
}

const PRIVATE = /^(?:agent\.|reserve$|(?:workspaces|logs|spill)(?:$|[\\/]))/;

/** Whether a path below a data folder is one that no task may see: what else lies there is not the agent's. */
export function isPrivate(below: string): boolean {
  return PRIVATE.test(below);
}

/** Whether a file of a data folder is one that an agent-core was killed over while it wrote its own. */
export function isBrokenOff(name: string): boolean {
  return name.startsWith("agent.") && isUnfinished(name);
}

/** By these a data folder is known as one, and its containers as its own: they go last. */
export function isRecord(path: string): boolean {
  return /^agent\.(?:id|db)/.test(basename(path));
}
