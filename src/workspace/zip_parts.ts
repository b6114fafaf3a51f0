import fs from "node:fs";
import { crc32, deflateRawSync } from "node:zlib";
import { join } from "@std/path";
import { Zip, ZipDeflate, type ZipInputFile, ZipPassThrough } from "fflate";
import { createNameClaims } from "./sendable_name.ts";
import { createStagedFile } from "./staged_file.ts";

/** Bytes of a zip part at most: the Server takes 50 MB by default. */
const PART_BYTES = 40_000_000;
/**
 * Files in a part at most. A plain zip could have 65,535, but all of a part's names are in memory until
 * its end: 20,000 of them took 60 MB more than these.
 */
const PART_FILES = 5_000;
/** A file up to this size is read into memory, a larger one copied first. */
const SMALL = 1024 * 1024;
const CHUNK = 256 * 1024;

/** A zip file in the spill folder, whole and on the disk. */
export interface ZipPart {
  /** Its name in the spill folder. */
  readonly file: string;
  readonly size: number;
  readonly contains: number;
}

/** Where a file's bytes come from. */
export interface ZipSource {
  readonly size: number;
  readonly modified: Date;
  readSync(buffer: Uint8Array, position: number): number;
  /** Whether the file is still as it was when it was opened. */
  unchanged(): boolean;
  /** Whether nobody else can change it, so that it needs no copy. @default {false} */
  readonly own?: boolean;
}

/** Packs files into zip parts. Files must be added one after the other. */
export interface ZipParts {
  /** Whether a file of this size fits into a part at all. */
  fits(size: number, name: string): boolean;
  /**
   * Adds a file and says its name in the part. Undefined, and nothing of it is in a part, when it
   * changed while it was read.
   */
  add(name: string, source: ZipSource): Promise<string | undefined>;
  /** Ends the last part. */
  finish(): readonly ZipPart[];
  /** Closes what is open, for failures. */
  [Symbol.dispose](): void;
}

interface OpenPart {
  readonly fd: number;
  readonly file: string;
  readonly zip: Zip;
  readonly claim: (name: string) => string;
  files: number;
  size: number;
  /** Bytes that the directory at the end will take. */
  directory: number;
}

/** Starts packing into an existing folder of the agent's own. No part is made before the first file. */
export function createZipParts(
  { spill, breathe, partBytes = PART_BYTES }: {
    readonly spill: string;
    readonly breathe: () => Promise<void> | undefined;
    readonly partBytes?: number;
  },
): ZipParts {
  const parts: ZipPart[] = [];
  let part: OpenPart | undefined;
  const close = () => {
    if (part === undefined) return;
    part.zip.end();
    fs.fsyncSync(part.fd);
    fs.closeSync(part.fd);
    parts.push({ file: part.file, size: part.size, contains: part.files });
    part = undefined;
  };
  const partFor = (size: number, name: string) => {
    const isFull = part !== undefined && (part.files >= PART_FILES ||
      part.size + part.directory + entryBound(size, name) > partBytes);
    if (isFull) close();
    return part ??= openPart(spill, parts.length + 1);
  };
  const addLarge = async (name: string, source: ZipSource) => {
    const { claimed, push } = begin(partFor(source.size, name), name, source.modified);
    for (let at = 0; at < source.size;) {
      // A new buffer each time: the library keeps what it is given for a while.
      const buffer = new Uint8Array(CHUNK);
      const count = source.readSync(buffer, at);
      if (count === 0) throw new Error(`Cannot read a file in ${spill}: it ended early`);
      at += count;
      push(buffer.subarray(0, count), at >= source.size);
      await breathe();
    }
    return claimed;
  };
  return {
    fits: (size, name) => entryBound(size, name) <= partBytes,
    async add(name, source) {
      if (source.size > SMALL && source.own) return await addLarge(name, source);
      if (source.size > SMALL) {
        using copied = await copyOf(source, join(spill, "copy"), breathe);
        return copied === undefined ? undefined : await addLarge(name, copied);
      }
      const bytes = readWhole(source);
      await breathe();
      if (bytes === undefined) return undefined;
      return addSmall(partFor(source.size, name), name, source.modified, bytes);
    },
    finish() {
      close();
      return parts;
    },
    [Symbol.dispose]() {
      if (part !== undefined) fs.closeSync(part.fd);
      part = undefined;
    },
  };
}

/**
 * What a file adds to a part at most: its bytes stored as they are, in blocks of 5 bytes more each,
 * and its name in two headers (APPNOTE.TXT of PKWARE, 4.3.7 to 4.3.12).
 */
function entryBound(size: number, name: string): number {
  return size + Math.ceil(size / 1000) + 2 * 3 * name.length + 256;
}

function openPart(spill: string, number: number): OpenPart {
  const file = `part-${number}.zip`;
  const fd = fs.openSync(join(spill, file), "wx", 0o600);
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    for (let sent = 0; sent < chunk.length;) {
      sent += fs.writeSync(fd, chunk, sent, chunk.length - sent);
    }
    opened.size += chunk.length;
  });
  const claim = createNameClaims();
  const opened: OpenPart = { fd, file, zip, claim, files: 0, size: 0, directory: 22 };
  return opened;
}

const COMPRESSED =
  /\.(zip|gz|tgz|bz2|xz|zst|7z|rar|png|jpe?g|gif|webp|heic|avif|mp[34]|m4a|ogg|opus|webm|mkv|mov|docx|xlsx|pptx|whl|jar|woff2?)$/i;

/** Starts a file in a part, under its name or, where that is taken, one like it. */
function begin(part: OpenPart, name: string, modified: Date) {
  const claimed = claimIn(part, name);
  const stored = COMPRESSED.test(name);
  const packed = stored ? new ZipPassThrough(claimed) : new ZipDeflate(claimed, { level: 3 });
  packed.mtime = zipTime(modified);
  part.zip.add(packed);
  return { claimed, push: (chunk: Uint8Array, last: boolean) => packed.push(chunk, last) };
}

/** Adds a file that is in memory: in one go, without the buffers that streaming needs. */
function addSmall(part: OpenPart, name: string, modified: Date, bytes: Uint8Array): string {
  const deflated = COMPRESSED.test(name) || bytes.length < 128
    ? undefined
    : deflateRawSync(bytes, { level: 3 });
  const stored = deflated === undefined || deflated.length >= bytes.length;
  const file: ZipInputFile = {
    filename: claimIn(part, name),
    size: bytes.length,
    crc: crc32(bytes),
    // APPNOTE.TXT 4.4.5: 0 stored, 8 deflated.
    compression: stored ? 0 : 8,
    mtime: zipTime(modified),
  };
  part.zip.add(file);
  file.ondata!(null, (stored ? bytes : deflated) as Uint8Array<ArrayBuffer>, true);
  return file.filename;
}

function claimIn(part: OpenPart, name: string): string {
  const claimed = part.claim(name);
  part.files++;
  part.directory += 3 * claimed.length + 64;
  return claimed;
}

/** Zip knows the years from 1980 to 2107, the library up to 2099. */
function zipTime(time: Date): Date {
  const year = time.getFullYear();
  if (year >= 1980 && year <= 2099) return time;
  return new Date(year > 2099 ? 2099 : 1980, 0, 1);
}

function readWhole(source: ZipSource): Uint8Array | undefined {
  // One byte more than there should be, to notice a file that grows.
  const buffer = new Uint8Array(source.size + 1);
  let filled = 0;
  while (filled < buffer.length) {
    const count = source.readSync(buffer.subarray(filled), filled);
    if (count === 0) break;
    filled += count;
  }
  return filled === source.size && source.unchanged() ? buffer.subarray(0, filled) : undefined;
}

/** Opens a file of the spill folder. */
export function openOwn(path: string): ZipSource & Disposable {
  const fd = fs.openSync(path, "r");
  const { size, mtime } = fs.fstatSync(fd);
  return {
    size,
    modified: mtime,
    own: true,
    readSync: (buffer, position) => fs.readSync(fd, buffer, 0, buffer.length, position),
    unchanged: () => true,
    [Symbol.dispose]: () => fs.closeSync(fd),
  };
}

/** A copy that nobody else can change, so that a part never holds half a file. */
async function copyOf(
  source: ZipSource,
  path: string,
  breathe: () => Promise<void> | undefined,
): Promise<(ZipSource & Disposable) | undefined> {
  fs.rmSync(path, { force: true });
  let whole = false;
  {
    await using copy = await createStagedFile(path, 0o600);
    const buffer = new Uint8Array(CHUNK);
    let count = -1;
    while (count !== 0 && copy.size <= source.size) {
      count = source.readSync(buffer, copy.size);
      await copy.write(buffer.subarray(0, count));
      await breathe();
    }
    whole = copy.size === source.size && source.unchanged();
  }
  if (!whole) return undefined;
  const copied = openOwn(path);
  return {
    ...copied,
    modified: source.modified,
    [Symbol.dispose]() {
      copied[Symbol.dispose]();
      fs.rmSync(path, { force: true });
    },
  };
}
