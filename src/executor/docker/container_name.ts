import { basename } from "@std/path";
import type { Attempt } from "../executor.ts";

const PREFIX = "open-aaas-task-";
const HELPER_PREFIX = "open-aaas-helper-";
const HELPER = new RegExp(`^${HELPER_PREFIX}[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`);
/** What engines accept in a name; the length is a host name's at most, so that tools can show it. */
const FIT = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;

/**
 * `open-aaas-task-{task_id}`. An id that no engine takes as a name is replaced by the name of the
 * workspace's folder, which is fit and one to one with the task.
 */
export function containerName(
  { taskId, workspace }: Pick<Attempt, "taskId" | "workspace">,
): string {
  if (FIT.test(taskId)) return PREFIX + taskId;
  return PREFIX + basename(workspace).replaceAll(/[^A-Za-z0-9_.-]/g, "_").slice(0, 128);
}

/** A new name for a container of the agent's own use. */
export function helperName(): string {
  return HELPER_PREFIX + crypto.randomUUID();
}

/** Whether a container's name is one of {@linkcode helperName}. */
export function isHelperName(name: string): boolean {
  return HELPER.test(name);
}
