/** Stand-in for the part of `@std/path` that agent-core uses, over `node:path`: the system that this runs on. */
import path from "node:path";
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
} = pathModule(path);
