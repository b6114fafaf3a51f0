/** Stand-in for the part of `@std/path` that agent-core uses, over `node:path`: Windows paths on any system. */
import { win32 } from "node:path";
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
} = pathModule(win32);
