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

const REASONS: Record<SkipKind, (bounds: SkipBounds, cause: string) => Text> = {
  link: () => workspaceText.skippedLink,
  special: () => workspaceText.skippedSpecial,
  hard_link: () => workspaceText.skippedHardLink,
  hidden: () => workspaceText.skippedHidden,
  superseded: () => workspaceText.skippedSuperseded,
  other_filesystem: () => workspaceText.skippedOtherFilesystem,
  unreadable: () => workspaceText.skippedUnreadable,
  bad_name: () => workspaceText.skippedBadName,
  too_deep: (bounds) => workspaceText.skippedTooDeep({ limit: bounds.maxDepth }),
  path_too_long: () => workspaceText.skippedPathTooLong,
  too_large: (bounds) => workspaceText.skippedTooLarge({ limit: bounds.maxFileSize }),
  total_size: (bounds) => workspaceText.skippedTotalSize({ limit: bounds.maxTotalSize }),
  too_many: (bounds) => workspaceText.skippedTooMany({ limit: bounds.maxEntries }),
  read_size: (bounds) => workspaceText.skippedReadSize({ limit: bounds.maxReadSize }),
  too_slow: (bounds) => workspaceText.skippedTooSlow({ limit: bounds.maxMinutes }),
  changed: () => workspaceText.skippedChanged,
  read_error: (_, cause) => workspaceText.skippedReadError({ cause: printableName(cause, 100) }),
  unread: (_, cause) => workspaceText.skippedUnread({ cause: printableName(cause, 100) }),
};

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
      const reason = REASONS[kind](bounds, cause);
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
