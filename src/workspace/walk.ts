import { causeOf, errorCode, isMachineTrouble } from "../util/mod.ts";
import { type Folder, openFolder } from "./folder.ts";
import { type Refusal, refusalOf } from "./guarded_file.ts";
import { type Entry, entryOf, type Lister, listFolder } from "./list_folder.ts";
import type { OutputRule } from "./output_rules.ts";
import { sendableSegment } from "./sendable_name.ts";
import type { SkipKind } from "./types.ts";

/** What {@linkcode walk} comes across. `path` is below the workspace, with `/`. */
export type Found =
  | {
    readonly kind: "file";
    readonly path: string;
    /** The path as the Server can take it, different from every other of the workspace. */
    readonly sendAs: string;
    readonly folder: Folder;
    readonly name: string;
  }
  | {
    readonly kind: "skip";
    readonly path: string;
    readonly why: SkipKind;
    readonly cause: string;
    readonly isFolder: boolean;
  };

/** How {@linkcode walk} walks. */
export interface WalkOptions {
  /** Asked once for every entry. */
  readonly rule: OutputRule;
  /** Names from the top level down to where the walk begins; none walks everything. */
  readonly start: readonly string[];
  /** Folders below each other that are walked. */
  readonly maxDepth: number;
  readonly breathe: () => Promise<void> | undefined;
  /** Whether trouble of the machine leaves out what it concerns; otherwise it fails the walk. */
  readonly leaveOutUnread: boolean;
}

interface Frame {
  readonly folder: Folder;
  /** With a `/` at the end, unless it is the top level's, which is empty. */
  readonly path: string;
  readonly sendAs: string;
  readonly lister: Lister;
  entries: readonly Entry[];
  next: number;
}

/** Entries of one folder that are in memory at a time, at the top and far below. */
const MAX_CHUNK = 10_000;
const MIN_CHUNK = 1000;

/**
 * Walks a workspace in the order of its names, folders where their name stands, and yields every file
 * that is output and everything that is left out. What it yields must be used before the next step:
 * its folder is closed then. Memory is bounded whatever there is; nothing is followed out.
 */
export async function* walk(root: Folder, options: WalkOptions): AsyncGenerator<Found> {
  const frames: Frame[] = [];
  try {
    const first = await newFrame(root, "", "", 0, options)
      .catch((error) => refusedFor(error, options));
    if ("refused" in first) {
      const { refused: why, cause } = first;
      return yield { kind: "skip", path: options.start[0] ?? "", why, cause, isFolder: true };
    }
    frames.push(first);
    while (frames.length > 0) {
      await options.breathe();
      const frame = frames.at(-1)!;
      const entry = frame.entries[frame.next++];
      if (entry !== undefined) yield* take(frames, entry, options);
      else if (frame.entries.length === 0) await leave(frames, root);
      else Object.assign(frame, { entries: await frame.lister.next(), next: 0 });
    }
  } finally {
    while (frames.length > 0) await leave(frames, root);
  }
}

async function* take(
  frames: Frame[],
  entry: Entry,
  options: WalkOptions,
): AsyncGenerator<Found> {
  const frame = frames.at(-1)!;
  const { folder } = frame;
  const { name, kind } = entry;
  const path = frame.path + name;
  const isFolder = kind === "folder";
  const skip = (why: SkipKind, cause = "") =>
    ({ kind: "skip", path, why, cause, isFolder }) as const;
  const verdict = options.rule(path, kind);
  if (verdict === "ignore") return;
  if (verdict !== "take") return yield skip(verdict);
  if (entry.ambiguous) return yield skip("bad_name");
  if (isFolder && frames.length > options.maxDepth) return yield skip("too_deep");
  const isTaken = (candidate: string) => mayBeThere(folder, candidate, options);
  const sendAs = frame.sendAs + sendableSegment(name, isTaken);
  if (!isFolder) return yield { kind: "file", path, sendAs, folder, name };
  const entered = await enter(frames, entry, sendAs, options);
  if ("refused" in entered) yield skip(entered.refused, entered.cause);
  else frames.push(entered);
}

async function enter(
  frames: readonly Frame[],
  entry: Entry,
  sendAs: string,
  options: WalkOptions,
): Promise<Frame | Refusal> {
  const outer = frames.at(-1)!;
  let folder: Folder | undefined;
  try {
    folder = openFolder(outer.folder, entry.name);
    if (folder.id.dev === frames[0].folder.id.dev) {
      const path = `${outer.path}${entry.name}/`;
      return await newFrame(folder, path, `${sendAs}/`, frames.length, options);
    }
    folder[Symbol.dispose]();
    return { refused: "other_filesystem", cause: "" };
  } catch (error) {
    folder?.[Symbol.dispose]();
    if (errorCode(error) === undefined) throw error;
    if (isMachineTrouble(error)) return refusedFor(error, options);
    return refusalOf(error, entry.name);
  }
}

/** @throws the error unless it is the machine's and leaves out what it concerns */
function refusedFor(error: unknown, { leaveOutUnread }: WalkOptions): Refusal {
  if (!leaveOutUnread || !isMachineTrouble(error)) throw error;
  return { refused: "unread", cause: causeOf(error) };
}

function mayBeThere(folder: Folder, name: string, options: WalkOptions): boolean {
  try {
    return entryOf(folder, name) !== undefined;
  } catch (error) {
    refusedFor(error, options);
    return true;
  }
}

async function newFrame(
  folder: Folder,
  path: string,
  sendAs: string,
  depth: number,
  { start }: WalkOptions,
): Promise<Frame> {
  const only = start[depth];
  const lister = only === undefined
    ? listFolder(folder, Math.max(MIN_CHUNK, MAX_CHUNK >> depth))
    : listOne(folder, only);
  return { folder, path, sendAs, lister, entries: await lister.next(), next: 0 };
}

/** A listing of nothing but one name, if it is there. */
function listOne(folder: Folder, name: string): Lister {
  const entry = entryOf(folder, name);
  let rest = entry ? [entry] : [];
  return {
    next: () => Promise.resolve(rest.splice(0)),
    close: () => Promise.resolve(void (rest = [])),
  };
}

async function leave(frames: Frame[], root: Folder): Promise<void> {
  const { folder, lister } = frames.pop()!;
  await lister.close();
  if (folder !== root) folder[Symbol.dispose]();
}
