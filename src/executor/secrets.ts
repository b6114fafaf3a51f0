import { join, relative } from "@std/path";

import type { Mount } from "../config/mod.ts";
import { executorText, reasonOf, type Text } from "../i18n/mod.ts";
import {
  type ConcealedStream,
  type Concealer,
  createConcealer,
  fill,
  jsonOrUndefined,
  OPEN,
  within,
} from "../util/mod.ts";

/** A shorter value is rather a word than a secret, characters. */
const SHORTEST = 8;
/** A word of a line is one only from this length on: prose beside a key is not, characters. */
const SHORTEST_WORD = 16;
/** Of one file so much is read, bytes. */
const FILE_BYTES = 64 * 1024;
/** All that is looked for, in all spellings, bytes: a search takes 25 times as much memory. */
const VALUE_BYTES = 256 * 1024;
const MOST_FILES = 256;
/** So long a file server that does not answer is waited for, milliseconds. */
const READ_MS = 5_000;
const MOST_DEPTH = 8;

/** What the mounts marked `secret = true` hold, kept out of logs, reports and messages. */
export interface Secrets extends Concealer {
  /**
   * Reads the mounts again, for keys are changed while an agent runs.
   * @returns warnings of what cannot be concealed.
   */
  refresh(): Promise<Text[]>;
}

/** No mount is secret. */
export const NO_SECRETS: Secrets = { ...OPEN, refresh: () => Promise.resolve([]) };

/**
 * The secrets of these mounts; nothing is read before the first {@linkcode Secrets.refresh}. What was read once stays
 * secret: a key that was changed, or a mount that is away just now, may still be in an output.
 *
 * @param options for tests: what reads a mount, and how long it may take
 */
export function createSecrets(
  mounts: readonly Mount[],
  { read = readTexts, readMs = READ_MS }: {
    readonly read?: (host: string) => Promise<MountTexts>;
    readonly readMs?: number;
  } = {},
): Secrets {
  const hosts = mounts.filter((mount) => mount.secret).map(({ host }) => host);
  if (hosts.length === 0) return NO_SECRETS;
  let known: ReadonlySet<string> = new Set();
  let concealer: Concealer = OPEN;
  let reading: Promise<MountTexts[]> | undefined;
  return {
    text: (text) => concealer.text(text),
    stream: (): ConcealedStream => concealer.stream(),
    async refresh() {
      // One that hangs is not joined by another with each task.
      reading ??= Promise.all(hosts.map(read)).finally(() => reading = undefined);
      const found = await within(readMs, () => reading!);
      if (!found) return [executorText.secretSlow({ hosts, secs: readMs / 1000 })];
      const now = boundedSet(found.flatMap(({ texts }) => texts.flatMap(secretValues)));
      const isWhole = found.every((mount) => mount.isWhole) && !now.isFull;
      const unread = found.flatMap((mount) => mount.unread ?? []);
      known = boundedSet([...now.values, ...known]).values;
      concealer = createConcealer(known);
      return isWhole ? unread : [executorText.secretTooLarge({ hosts }), ...unread];
    },
  };
}

/** The first of these values that there is room to look for. */
function boundedSet(values: Iterable<string>) {
  const kept = new Set<string>();
  let room = VALUE_BYTES;
  for (const value of values) {
    if (kept.has(value)) continue;
    room -= new TextEncoder().encode(value).length;
    if (room >= 0) kept.add(value);
  }
  return { values: kept, isFull: room < 0 };
}

/**
 * What a file holds that somebody could pass on by mistake: its lines, what is behind the first `=` or `:` of a
 * line, long words of it, the strings of JSON; each as it is, as JSON writes it, and as an address does.
 */
export function secretValues(text: string): string[] {
  const lines = text.split(/[\r\n]+/).map((line) => line.trim());
  const plain = [
    ...lines.filter((line) => !line.startsWith("#") && !line.startsWith("-----")),
    ...lines.map((line) => unquoted(/^[^=:]*[=:]\s*(.*)$/.exec(line)?.[1] ?? "")),
    ...strings(jsonOrUndefined(text)),
  ].filter((value) => value.length >= SHORTEST);
  const words = lines.flatMap((line) => line.split(/\s+/)).filter((word) =>
    word.length >= SHORTEST_WORD && !/^-+$/.test(word)
  );
  const readable = [...plain, ...words].filter((value) => !/[\0\ufffd]/.test(value));
  return [...new Set(readable.flatMap(spellings))];
}

function unquoted(value: string): string {
  return value.trim().replace(/^(["'])(.*)\1[,;]?$/, "$2");
}

function spellings(value: string): string[] {
  const wellFormed = value.toWellFormed();
  return [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(wellFormed)];
}

function strings(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(strings) : [];
}

/** What there is to read of a mount. */
export interface MountTexts {
  readonly texts: string[];
  /** False where there is more than is read. */
  isWhole: boolean;
  /** The first file that cannot be read. */
  unread?: Text;
}

/** The texts of a mount's files. Pipes and devices are left alone. */
async function readTexts(host: string): Promise<MountTexts> {
  const found: MountTexts = { texts: [], isWhole: true };
  const read = async (path: string, depth: number): Promise<void> => {
    const info = await Deno.stat(path);
    const isFull = found.texts.length >= MOST_FILES || depth > MOST_DEPTH;
    if (isFull && (info.isFile || info.isDirectory)) found.isWhole = false;
    else if (info.isFile) {
      if (info.size > FILE_BYTES) found.isWhole = false;
      found.texts.push(await beginningOf(path));
    } else if (info.isDirectory) {
      for await (const { name, isSymlink } of Deno.readDir(path)) {
        if (!found.isWhole) return;
        if (isSymlink && !await staysWithin(host, join(path, name))) continue;
        await attempt(join(path, name), depth + 1);
      }
    }
  };
  const attempt = async (path: string, depth: number): Promise<void> => {
    try {
      await read(path, depth);
    } catch (error) {
      // What is gone is no secret any more, and that a mount is missing is said elsewhere.
      if (error instanceof Deno.errors.NotFound) return;
      found.unread ??= executorText.secretNotRead({ path, reason: reasonOf(error) });
    }
  };
  await attempt(host, 0);
  return found;
}

/** In a container a link that leads out of the mount leads elsewhere; one that leads upwards would never end. */
async function staysWithin(host: string, link: string): Promise<boolean> {
  const target = await Deno.realPath(link).catch(() => undefined);
  if (target === undefined) return false;
  const inside = relative(await Deno.realPath(host), target);
  return inside !== "" && !inside.startsWith("..") && !(await Deno.stat(target)).isDirectory;
}

async function beginningOf(path: string): Promise<string> {
  using file = await Deno.open(path);
  const buffer = new Uint8Array(FILE_BYTES);
  return new TextDecoder().decode(buffer.subarray(0, await fill(file, buffer)));
}
