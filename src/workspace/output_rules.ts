import type { SkipKind } from "./types.ts";
import type { EntryKind } from "./list_folder.ts";

/** Where the workspace is in every container. */
export const IN_CONTAINER = "/workspace";

/** Where an image may keep what its owner wants to look at: it is on the node only, and known to stay there. */
const KEPT_ON_NODE = ".agent";

/** Makes the rule that says what to do with an entry of the workspace, by its path with `/`. */
export type OutputRule = (path: string, kind: EntryKind) => "take" | "ignore" | SkipKind;

/**
 * Which entries of a workspace are output: all but the top level's `task.json`, `input/` and hidden
 * entries, and the mount points of the configuration. Hidden entries of the top level are named in
 * the report, but for `.agent/`; the others are known to everybody. Links and special files are never taken.
 *
 * @param mounts absolute paths in the container
 */
export function createOutputRule(mounts: readonly string[]): OutputRule {
  const ignored = new Set(mounts.map(belowWorkspace).filter((path) => path !== undefined));
  return (path, kind) => {
    if (ignored.has(path)) return "ignore";
    if (!path.includes("/")) {
      if (path === "task.json" || (path === "input" && kind === "folder")) return "ignore";
      if (path === KEPT_ON_NODE && kind === "folder") return "ignore";
      if (path.startsWith(".")) return "hidden";
    }
    if (kind === "link") return "link";
    return kind === "special" ? "special" : "take";
  };
}

/** `data/x` of `/workspace/./data//x/`; undefined for what is not below the workspace. */
function belowWorkspace(path: string): string | undefined {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  const [first, ...rest] = parts;
  return `/${first}` === IN_CONTAINER && rest.length > 0 ? rest.join("/") : undefined;
}
