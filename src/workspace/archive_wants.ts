import type { SkipKind } from "./types.ts";

/** Something of the workspace that only the engine can read. */
export interface Want {
  /** Below the workspace; empty for all of it. */
  readonly path: string;
  readonly isFolder: boolean;
  /** Why the agent cannot read it itself, said when the engine cannot either. */
  readonly why: SkipKind;
  readonly cause: string;
  seen: boolean;
}

/** Characters of paths that are kept at most. */
const MAX_CHARACTERS = 16_000_000;
/** More calls than this are one call for all of the folder around them. */
const MAX_CALLS = 8;

/** What is wanted from the stopped container. */
export interface ArchiveWants {
  /** False for what the engine is not asked for, and when there is too much already. */
  add(want: Pick<Want, "path" | "isFolder" | "why" | "cause">): boolean;
  /** The want that an entry of the archive answers, if any. */
  match(path: string): Want | undefined;
  /** The wants at and below a path. */
  below(root: string): Want[];
  /** Paths of the workspace that have to be fetched; none lies below another. */
  roots(): string[];
  /** Takes the wants at and below a path off the list, once they are answered. */
  take(root: string): Want[];
}

/** Starts an empty list. */
export function createArchiveWants(): ArchiveWants {
  const wants = new Map<string, Want>();
  let characters = 0;
  const below = (root: string) =>
    [...wants.values()].filter(({ path }) =>
      root === "" || path === root || path.startsWith(`${root}/`)
    );
  return {
    add(want) {
      if (want.why !== "unreadable" && want.why !== "bad_name") return false;
      characters += want.path.length + 100;
      if (characters > MAX_CHARACTERS) return false;
      wants.set(want.path, { ...want, seen: false });
      return true;
    },
    match(path) {
      const exact = wants.get(path);
      if (exact) return exact;
      for (const outer of outerPaths(path)) {
        const want = wants.get(outer);
        if (want?.isFolder) return want;
      }
    },
    roots() {
      if (wants.size === 0) return [];
      const all = new Set([...wants.values()].map(({ path, why }) => {
        // A name that is not UTF-8 cannot be asked for: its folder can.
        return why === "bad_name" ? parentOf(path) : path;
      }));
      const outermost = [...all].filter((path) =>
        !outerPaths(path).some((outer) => all.has(outer))
      );
      return outermost.length <= MAX_CALLS ? outermost.sort() : [commonFolder(outermost)];
    },
    below,
    take(root) {
      const taken = below(root);
      for (const { path } of taken) wants.delete(path);
      return taken;
    },
  };
}

/** `a/b` , `a` and the workspace itself for `a/b/c`. */
export function outerPaths(path: string): string[] {
  const paths: string[] = [];
  for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) {
    paths.push(path.slice(0, at));
  }
  return path === "" ? [] : [...paths, ""];
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

function commonFolder(paths: readonly string[]): string {
  let common = parentOf(paths[0]).split("/");
  for (const path of paths) {
    const parts = path.split("/");
    const differ = common.findIndex((part, index) => part !== parts[index]);
    if (differ >= 0) common = common.slice(0, differ);
  }
  return common.join("/");
}
