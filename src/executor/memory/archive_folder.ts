import { basename, join } from "@std/path";
import { packTar, type TarEntry } from "modern-tar";

/**
 * A file or folder as a tar whose names begin with its own, as engines make it. All of it is in memory.
 *
 * @throws whatever the file system says
 */
export async function archiveFolder(path: string): Promise<ReadableStream<Uint8Array>> {
  const tar = await packTar(await entriesOf(path, basename(path)));
  return ReadableStream.from([tar]);
}

async function entriesOf(path: string, name: string): Promise<TarEntry[]> {
  const { isDirectory, isSymlink, size, mtime } = await Deno.lstat(path);
  const header = { name, mtime: mtime ?? new Date(0) };
  if (isSymlink) {
    const linkname = await Deno.readLink(path);
    return [{ header: { ...header, type: "symlink", size: 0, linkname } }];
  }
  if (!isDirectory) return [{ header: { ...header, size }, body: await Deno.readFile(path) }];
  const entries: TarEntry[] = [{
    header: { ...header, name: `${name}/`, type: "directory", size: 0 },
  }];
  for await (const child of Deno.readDir(path)) {
    entries.push(...await entriesOf(join(path, child.name), `${name}/${child.name}`));
  }
  return entries;
}
