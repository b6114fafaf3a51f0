import { dirname } from "@std/path";

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
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Makes a folder's entries survive a power cut. Windows has no such call and needs none. */
export async function syncFolder(folder: string): Promise<void> {
  if (Deno.build.os === "windows") return;
  using handle = await Deno.open(folder, { read: true });
  await handle.sync();
}
