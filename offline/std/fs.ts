/** Stand-in for the part of `@std/fs` that agent-core uses, over Deno's own API. */

/** Makes sure that a folder exists, making it and its parents (0777 less the umask) if not. */
export async function ensureDir(dir: string | URL): Promise<void> {
  try {
    return requireFolder(await Deno.stat(dir));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  try {
    await Deno.mkdir(dir, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    requireFolder(await Deno.stat(dir));
  }
}

/** Whether something is at `path`; links are followed. */
export async function exists(path: string | URL): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    // Like the real one: what may not be looked at counts as there.
    if (error instanceof Deno.errors.PermissionDenied) return true;
    throw error;
  }
}

function requireFolder(stat: Deno.FileInfo): void {
  if (stat.isDirectory) return;
  const kind = stat.isFile ? "file" : stat.isSymlink ? "symlink" : "undefined";
  throw new Error(`Failed to ensure directory exists: expected 'dir', got '${kind}'`);
}
