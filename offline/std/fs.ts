/** Stand-in for the part of `@std/fs` that agent-core uses, over Deno's own API. */

/** What {@linkcode exists} is to make sure of besides existence. */
export interface ExistsOptions {
  /** Only true if the entry can be read by this process. */
  isReadable?: boolean;
  /** Only true for a folder. */
  isDirectory?: boolean;
  /** Only true for a regular file. */
  isFile?: boolean;
}

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
export async function exists(path: string | URL, options: ExistsOptions = {}): Promise<boolean> {
  if (options.isDirectory && options.isFile) {
    throw new TypeError(
      "ExistsOptions.options.isDirectory and ExistsOptions.options.isFile must not be true together",
    );
  }
  try {
    const stat = await Deno.stat(path);
    if (options.isDirectory && !stat.isDirectory) return false;
    if (options.isFile && !stat.isFile) return false;
    return !options.isReadable || mayRead(stat);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    // Like the real one: what may not be looked at counts as there.
    if (error instanceof Deno.errors.PermissionDenied) return !options.isReadable;
    throw error;
  }
}

function requireFolder(stat: Deno.FileInfo): void {
  if (stat.isDirectory) return;
  const kind = stat.isFile ? "file" : stat.isSymlink ? "symlink" : "undefined";
  throw new Error(`Failed to ensure directory exists: expected 'dir', got '${kind}'`);
}

function mayRead(stat: Deno.FileInfo): boolean {
  if (stat.mode === null) return true;
  if (Deno.uid() === stat.uid) return (stat.mode & 0o400) !== 0;
  if (Deno.gid() === stat.gid) return (stat.mode & 0o040) !== 0;
  return (stat.mode & 0o004) !== 0;
}
