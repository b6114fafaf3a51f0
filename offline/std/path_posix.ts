/** Stand-in for the part of `@std/path` that agent-core uses, over `node:path`: POSIX paths on any system. */
import { posix } from "node:path";
import { pathModule } from "./path_module.ts";

export const {
  SEPARATOR,
  basename,
  dirname,
  isAbsolute,
  join,
  normalize,
  relative,
  resolve,
  fromFileUrl,
} = pathModule(posix);
