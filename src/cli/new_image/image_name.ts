import { basename } from "@std/path";

import { pathId } from "../../util/mod.ts";

/** Characters of the folder's name that go into the image's. */
const READABLE = 40;

/**
 * The name of a folder's image: what engines accept of the folder's name, and what tells it from the images of other
 * folders, be they called alike: `my-agent-1f0c9e`. Of a name in Chinese nothing is left: `agent-1f0c9e`.
 */
export async function imageName(folder: string): Promise<string> {
  const plain = basename(folder).toLowerCase().replaceAll(/[^a-z0-9]+/g, "-").slice(0, READABLE)
    .replaceAll(/^-|-$/g, "");
  return `${plain || "agent"}-${await pathId(folder)}`;
}
