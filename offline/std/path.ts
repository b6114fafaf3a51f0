/** Stand-in for the part of `@std/path` that agent-core uses, over `node:path`: the system that this runs on. */
import path from "node:path";
import { pathModule } from "./path_module.ts";

export const {
  SEPARATOR,
  DELIMITER,
  SEPARATOR_PATTERN,
  basename,
  dirname,
  extname,
  isAbsolute,
  join,
  normalize,
  parse,
  relative,
  resolve,
  fromFileUrl,
  toFileUrl,
} = pathModule(path);
