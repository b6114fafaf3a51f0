import { createHash } from "node:crypto";

/** An id that is a good folder name everywhere, also where upper and lower case are the same. */
const FIT = /^[a-z0-9][a-z0-9_-]{0,99}$/;

/** Names that Windows keeps for devices (Microsoft, "Naming Files, Paths, and Namespaces"). */
const RESERVED = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\.|$)/i;

/**
 * The name of a task's folder: its id, or `_` and a hash where the id is not fit for a path. No fit
 * id begins with `_`, so two tasks never share a folder. It is also fit for the name of a container.
 */
export function folderName(taskId: string): string {
  if (FIT.test(taskId) && !RESERVED.test(taskId)) return taskId;
  return `_${digestOf(taskId).slice(0, 40)}`;
}

/** Half surrogates are all one in UTF-8; the byte before them is in no UTF-8, so that nothing collides. */
function digestOf(taskId: string): string {
  const hash = createHash("sha256");
  if (taskId.isWellFormed()) hash.update(taskId);
  else hash.update(Uint8Array.of(0xff)).update(taskId, "utf16le");
  return hash.digest("hex");
}
