import { type Text, workspaceText } from "../i18n/mod.ts";
import { printableName } from "./shorten.ts";
import type {
  Collection,
  OutputLimits,
  Renamed,
  SkipKind,
  Skipped,
  SkippedCount,
  Unread,
} from "./types.ts";

/** Names that a report holds, of what was left out and of what was renamed. */
export const MAX_NAMED = 200;

/** Collects what the report says of files that are not sent, or not under their name. Bounded. */
export interface SkipList {
  /** @param cause a short word of the system, for errors */
  skip(path: string, kind: SkipKind, o?: { readonly cause?: string; isFolder?: boolean }): void;
  rename(path: string, sentAs: string): void;
  result(): Pick<Collection, "skipped" | "skippedMore" | "unread" | "renamed" | "renamedMore"> & {
    readonly total: number;
  };
}

/** Bounds that reasons speak of. */
export interface SkipBounds extends OutputLimits {
  readonly maxEntries: number;
  readonly maxDepth: number;
}

/** Makes an empty list. */
export function createSkipList(bounds: SkipBounds): SkipList {
  const skipped: Skipped[] = [];
  const unread: Unread[] = [];
  const more = new Map<SkipKind, { kind: SkipKind; reason: Text; count: number }>();
  const renamed: Renamed[] = [];
  let renamedMore = 0;
  let total = 0;
  return {
    skip(path, kind, { cause = "", isFolder = false } = {}) {
      total++;
      const reason = reasonOf(kind, cause, bounds);
      const name = printableName(isFolder ? `${path}/` : path === "" ? "/" : path);
      if (kind === "unread" && unread.length < MAX_NAMED) return void unread.push({ name, reason });
      if (kind !== "unread" && skipped.length < MAX_NAMED) {
        return void skipped.push({ name, kind, reason });
      }
      const count = more.get(kind);
      if (count) count.count++;
      else more.set(kind, { kind, reason, count: 1 });
    },
    rename(path, sentAs) {
      if (renamed.length < MAX_NAMED) {
        renamed.push({ name: printableName(path), sentAs: printableName(sentAs, 500) });
      } else renamedMore++;
    },
    result() {
      const skippedMore: SkippedCount[] = [...more.values()];
      return { skipped, skippedMore, unread, renamed, renamedMore, total };
    },
  };
}

function reasonOf(kind: SkipKind, cause: string, bounds: SkipBounds): Text {
  switch (kind) {
    case "link":
      return workspaceText.skippedLink;
    case "special":
      return workspaceText.skippedSpecial;
    case "hard_link":
      return workspaceText.skippedHardLink;
    case "hidden":
      return workspaceText.skippedHidden;
    case "superseded":
      return workspaceText.skippedSuperseded;
    case "other_filesystem":
      return workspaceText.skippedOtherFilesystem;
    case "unreadable":
      return workspaceText.skippedUnreadable;
    case "bad_name":
      return workspaceText.skippedBadName;
    case "too_deep":
      return workspaceText.skippedTooDeep({ limit: bounds.maxDepth });
    case "path_too_long":
      return workspaceText.skippedPathTooLong;
    case "too_large":
      return workspaceText.skippedTooLarge({ limit: bounds.maxFileSize });
    case "total_size":
      return workspaceText.skippedTotalSize({ limit: bounds.maxTotalSize });
    case "too_many":
      return workspaceText.skippedTooMany({ limit: bounds.maxEntries });
    case "read_size":
      return workspaceText.skippedReadSize({ limit: bounds.maxReadSize });
    case "too_slow":
      return workspaceText.skippedTooSlow({ limit: bounds.maxMinutes });
    case "changed":
      return workspaceText.skippedChanged;
    case "read_error":
      return workspaceText.skippedReadError({ cause: printableName(cause, 100) });
    case "unread":
      return workspaceText.skippedUnread({ cause: printableName(cause, 100) });
  }
}
