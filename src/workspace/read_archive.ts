import { createTarDecoder } from "modern-tar";
import { abortable } from "../util/mod.ts";
import type { CollectBudget } from "./collect_budget.ts";

/** An entry of the engine's archive. */
export interface ArchiveEntry {
  /** Below the workspace, with `/`. */
  readonly path: string;
  readonly kind: "file" | "folder" | "link" | "special";
  readonly size: number;
  readonly modified: Date;
  /** The bytes of a file. Whatever is left of it is dropped before the next entry. */
  readonly body: ReadableStream<Uint8Array>;
}

/** The archive cannot be understood; the connection is not to blame. */
export class ArchiveBroken extends Error {
  override readonly name = "ArchiveBroken";
}

/** More of the archive would have to be read than the budget allows. */
export class ArchiveTooLarge extends Error {
  override readonly name = "ArchiveTooLarge";
}

const KINDS: Readonly<Record<string, ArchiveEntry["kind"]>> = {
  file: "file",
  directory: "folder",
  link: "link",
  symlink: "link",
};

/**
 * Reads a tar of `root` (a path below the workspace) as the engine makes it: the first part of every
 * name is the last part of the root's own path, or empty (of a mount, with Podman), and says nothing new.
 * Names that are not plain are left out; names are never used as paths of this machine anyway.
 *
 * The engine sends every file in full, sparse ones too: what nobody has read of an entry flows by before
 * the next one comes. Its header says how much that is, and where it is too much, reading ends there.
 *
 * @throws {ArchiveTooLarge} with the entry that is beyond the budget, before any of it flows
 * @throws {ArchiveBroken} for a tar that is none; what the stream itself fails with as it is
 */
export async function* readArchive(
  tar: ReadableStream<Uint8Array>,
  root: string,
  budget: CollectBudget,
): AsyncGenerator<ArchiveEntry> {
  let cut: { readonly reason: unknown } | undefined;
  const reader = tar.getReader();
  const watched = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        budget.signal.throwIfAborted();
        const { value, done } = await abortable(reader.read(), budget.signal);
        budget.count(value?.length ?? 0);
        if (budget.bytesLeft < 0) throw new ArchiveTooLarge();
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (reason) {
        cut = { reason };
        controller.error(reason);
      }
    },
    cancel: (reason) => reader.cancel(reason),
  }, { highWaterMark: 0 });
  const entries = watched.pipeThrough(createTarDecoder({ strict: true })).getReader();
  try {
    while (true) {
      const { value: entry, done } = await entries.read();
      if (done) return;
      const path = pathOf(entry.header.name, root);
      if (path !== undefined) {
        yield {
          path,
          kind: KINDS[entry.header.type ?? "file"] ?? "special",
          size: entry.header.size,
          modified: entry.header.mtime ?? new Date(0),
          body: entry.body,
        };
      }
      if (entry.body.locked) continue;
      if (entry.header.size > budget.bytesLeft) throw new ArchiveTooLarge();
      // Not cancelled: with this version of the package that takes the bytes of the next entry, too, if they
      // have come already.
      await entry.body.pipeTo(new WritableStream());
    }
  } catch (error) {
    if (cut) throw cut.reason;
    if (error instanceof ArchiveTooLarge) throw error;
    throw new ArchiveBroken(error instanceof Error ? error.message : String(error));
  } finally {
    await entries.cancel().catch(() => {});
    // Not waited for: a connection that stands still would keep it until its own time limit.
    reader.cancel().catch(() => {});
  }
}

function pathOf(name: string, root: string): string | undefined {
  const parts = name.replace(/\/+$/, "").split("/").slice(1);
  if (parts.some((part) => part === "" || part === "." || part === "..")) return undefined;
  return [...(root === "" ? [] : [root]), ...parts].join("/");
}
