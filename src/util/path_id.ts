/**
 * Six hexadecimal digits that tell one absolute path from another: for names of things that belong to a folder and live
 * where the folder's own name is not enough.
 */
export async function pathId(path: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(path));
  return new Uint8Array(digest).toHex().slice(0, 6);
}
