import { dirname } from "@std/path";

/**
 * What is at a path, or undefined where nothing is.
 *
 * @throws what the system says where it may not be looked at: that is not the same as nothing.
 */
export function infoIfThere(path: string): Promise<Deno.FileInfo | undefined> {
  return Deno.stat(path).catch(nothing);
}

/** The text of a file, or undefined where there is none. @throws as {@linkcode infoIfThere} */
export function textIfThere(path: string): Promise<string | undefined> {
  return Deno.readTextFile(path).catch(nothing);
}

/** Whether something has this name, be it a link that leads nowhere. @throws as {@linkcode infoIfThere} */
export async function isThere(path: string): Promise<boolean> {
  return await Deno.lstat(path).catch(nothing) !== undefined;
}

/** The path itself, or the nearest one above it where something is; the root in the end. */
export async function nearestThere(path: string): Promise<string> {
  for (let at = path;; at = dirname(at)) {
    if (await Deno.stat(at).then(() => true, () => false)) return at;
    if (dirname(at) === at) return at;
  }
}

/** No such file, or no folder that it could be in. */
function nothing(error: unknown): undefined {
  const absent = error instanceof Deno.errors.NotFound ||
    error instanceof Deno.errors.NotADirectory;
  if (!absent) throw error;
}

/** Whether there is a folder; a link to one is none. */
export async function isFolder(path: string): Promise<boolean> {
  return (await Deno.lstat(path).catch(() => undefined))?.isDirectory ?? false;
}
