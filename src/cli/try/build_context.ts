import { join } from "@std/path";
import { createTarPacker } from "modern-tar";

import { textIfThere } from "../there.ts";

/** What never goes to the engine, whatever `.dockerignore` says: keys and results lie in these. */
const NEVER = [".git", "secrets", "data", "config.toml"];
const CHUNK = 256 * 1024;

/**
 * A folder as the tar that the engine builds an image of. Plain names in `.dockerignore` are left out
 * here; its patterns are the engine's, which knows them. Links are packed as links.
 */
export function buildContext(folder: string): ReadableStream<Uint8Array> {
  const { readable, controller } = createTarPacker();
  // The reader sets the pace, so this cannot be awaited here; an error reaches it by the stream.
  pack(folder, controller).then(() => controller.finalize(), (error) => controller.error(error));
  return readable;
}

type Packer = ReturnType<typeof createTarPacker>["controller"];

async function pack(folder: string, packer: Packer): Promise<void> {
  const left = new Set([...NEVER, ...await plainIgnores(folder)]);
  const add = async (below: string): Promise<void> => {
    const entries = await Array.fromAsync(Deno.readDir(join(folder, below)));
    for (const { name } of entries.toSorted((a, b) => a.name < b.name ? -1 : 1)) {
      const path = below === "" ? name : `${below}/${name}`;
      if (left.has(path)) continue;
      if (await addEntry(packer, join(folder, path), path)) await add(path);
    }
  };
  await add("");
}

/** Adds one entry; whether it is a folder to go into. */
async function addEntry(packer: Packer, path: string, name: string): Promise<boolean> {
  const { isDirectory, isFile, isSymlink, size, mode, mtime } = await Deno.lstat(path);
  // Windows has no modes; there everything may be run.
  const header = { name, mode: (mode ?? 0o755) & 0o777, mtime: mtime ?? new Date() };
  if (isDirectory) {
    await packer.add({ ...header, name: `${name}/`, size: 0, type: "directory" }).close();
    return true;
  }
  if (isSymlink) {
    const linkname = await Deno.readLink(path);
    await packer.add({ ...header, size: 0, type: "symlink", linkname }).close();
  } else if (isFile) {
    const writer = packer.add({ ...header, size, type: "file" }).getWriter();
    using file = await Deno.open(path);
    const buffer = new Uint8Array(CHUNK);
    for (let read; (read = await file.read(buffer)) !== null;) {
      await writer.write(buffer.slice(0, read));
    }
    await writer.close();
  }
  return false;
}

async function plainIgnores(folder: string): Promise<string[]> {
  const text = await textIfThere(join(folder, ".dockerignore")) ?? "";
  const lines = text.split("\n").map((line) => line.trim().replace(/^\.?\/|\/$/g, ""));
  // An exception (`!`) may bring back a part of anything.
  if (lines.some((line) => line.startsWith("!"))) return [];
  return lines.filter((line) => line !== "" && !/[#*?[\\]/.test(line));
}
