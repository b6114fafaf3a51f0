import { isMachineTrouble } from "../util/mod.ts";
import { type Folder, iterate } from "./folder.ts";

/** What a folder says of an entry, without looking at the entry itself. */
export type EntryKind = "file" | "folder" | "link" | "special";

/** One name of a folder. */
export interface Entry {
  readonly name: string;
  readonly kind: EntryKind;
  /**
   * Whether the name may stand for several entries: what is not UTF-8 comes with U+FFFD in its
   * place, so that different names look the same.
   */
  readonly ambiguous: boolean;
}

/** Gives a folder's entries bit by bit. */
export interface Lister {
  /** The next entries, at most a chunk of them; none at the end. */
  next(): Promise<readonly Entry[]>;
  /** Ends the listing early. */
  close(): Promise<void>;
}

/**
 * Lists a folder, sorted by name where all of it fits into a chunk. A larger one comes in the order
 * that the system has, which stays the same while nothing in the folder changes, and only each chunk
 * is sorted: so memory does not grow with a folder of a million entries.
 */
export function listFolder(folder: Folder, chunk: number): Lister {
  const names = iterate(folder);
  let ahead: Deno.DirEntry | undefined;
  let ended = false;
  let isWhole = true;
  const read = async () => {
    const next = await names.next();
    ended = next.done === true;
    return next.done ? undefined : next.value;
  };
  return {
    async next() {
      const entries: Entry[] = [];
      if (ended) return entries;
      ahead ??= await read();
      while (ahead !== undefined && entries.length < chunk) {
        entries.push({ name: ahead.name, kind: kindOf(ahead), ambiguous: false });
        ahead = await read();
      }
      isWhole &&= ahead === undefined;
      return merged(entries, isWhole);
    },
    async close() {
      if (!ended) await names.return?.();
      ended = true;
      ahead = undefined;
    },
  };
}

/** The entry `name` of a folder by looking at it, or undefined when there is none that can be seen. */
export function entryOf(folder: Folder, name: string): Entry | undefined {
  try {
    return { name, kind: kindOf(Deno.lstatSync(folder.at(name))), ambiguous: false };
  } catch (error) {
    if (isMachineTrouble(error)) throw error;
    return undefined;
  }
}

function kindOf(entry: Pick<Deno.DirEntry, "isSymlink" | "isDirectory" | "isFile">): EntryKind {
  if (entry.isSymlink) return "link";
  if (entry.isDirectory) return "folder";
  return entry.isFile ? "file" : "special";
}

/** Sorts, and makes one of entries with one name: which of them is which cannot be told. */
function merged(entries: Entry[], isWhole: boolean): Entry[] {
  entries.sort((a, b) => a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
  const result: Entry[] = [];
  for (const entry of entries) {
    const { name } = entry;
    const last = result.at(-1);
    if (last?.name === name) {
      const kinds = [last.kind, entry.kind];
      const kind = (["folder", "file"] as const).find((kind) => kinds.includes(kind)) ?? last.kind;
      result[result.length - 1] = { name, kind, ambiguous: true };
    } else if (isWhole || !name.includes("\uFFFD")) result.push(entry);
    else result.push({ ...entry, ambiguous: true });
  }
  return result;
}
