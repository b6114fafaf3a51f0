import { lookup } from "mrmime";

/** The media type that a file name's extension stands for; undefined where it is not known. */
export function mimeTypeOf(name: string): string | undefined {
  return lookup(name.slice(name.lastIndexOf("/") + 1));
}
