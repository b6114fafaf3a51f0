import fs from "node:fs";
import { isMachineTrouble } from "../util/mod.ts";
import type { Folder } from "./folder.ts";
import type { Entry, EntryKind } from "./list_folder.ts";

/** The entry `name` of a folder by looking at it, or undefined when there is none that can be seen. */
export function entryOf(folder: Folder, name: string): Entry | undefined {
  try {
    const stat = fs.lstatSync(folder.at(name));
    const kind: EntryKind = stat.isSymbolicLink()
      ? "link"
      : stat.isDirectory()
      ? "folder"
      : stat.isFile()
      ? "file"
      : "special";
    return { name, kind, ambiguous: false };
  } catch (error) {
    if (isMachineTrouble(error)) throw error;
    return undefined;
  }
}
