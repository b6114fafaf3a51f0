import { basename, dirname, join } from "@std/path";

const TEMPORARY = /\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/;

/** Whether a file's name is one that {@linkcode writeDurably} gives to what it has not finished. */
export function isUnfinished(name: string): boolean {
  return TEMPORARY.test(name);
}

/**
 * Replaces the file at `path` in one step: after a crash there is the old content or the new, whole.
 * The file and its folder are synced to disk before this returns. `mode` defaults to 0600.
 *
 * @throws whatever the file system says; the temporary file is removed then.
 */
export async function writeDurably(
  path: string,
  content: string | Uint8Array,
  { mode = 0o600 }: { readonly mode?: number } = {},
): Promise<void> {
  const temporary = `${path}.${crypto.randomUUID()}.tmp`;
  try {
    {
      using file = await Deno.open(temporary, { write: true, createNew: true, mode });
      const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
      for (let sent = 0; sent < bytes.length;) sent += await file.write(bytes.subarray(sent));
      await file.sync();
    }
    await Deno.rename(temporary, path);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    // Whoever reads it knows the file, and not the name that it had on the way.
    if (error instanceof Error) error.message = error.message.replaceAll(temporary, path);
    throw error;
  }
  await syncFolder(dirname(path));
  await removeBrokenOff(path).catch(() => {});
}

/** Longer than any write takes, milliseconds. */
const WRITE_MS = 60_000;

/** Removes what writes of the same file have left that were killed in the middle. */
async function removeBrokenOff(path: string): Promise<void> {
  const [folder, name] = [dirname(path), basename(path)];
  const isLeftover = (found: string) => found.startsWith(`${name}.`) && isUnfinished(found);
  for await (const entry of Deno.readDir(folder)) {
    if (!entry.isFile || !isLeftover(entry.name)) continue;
    const left = join(folder, entry.name);
    const written = (await Deno.lstat(left).catch(() => undefined))?.mtime?.getTime();
    if (written !== undefined && Date.now() - written > WRITE_MS) {
      await Deno.remove(left).catch(() => {});
    }
  }
}

/** Makes a folder's entries survive a power cut. Windows has no such call and needs none. */
export async function syncFolder(folder: string): Promise<void> {
  if (Deno.build.os === "windows") return;
  using handle = await Deno.open(folder, { read: true });
  await handle.sync();
}
