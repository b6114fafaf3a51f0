import type { PlatformPath } from "node:path";

/** The part of `@std/path` that agent-core uses, for one kind of system. */
export interface PathModule {
  SEPARATOR: string;
  basename(path: string, suffix?: string): string;
  dirname(path: string): string;
  isAbsolute(path: string): boolean;
  join(...paths: string[]): string;
  normalize(path: string): string;
  relative(from: string, to: string): string;
  resolve(...paths: string[]): string;
  fromFileUrl(url: string | URL): string;
}

/** Gives `node:path` the names and the answers of `@std/path`. */
export function pathModule(node: PlatformPath): PathModule {
  return {
    SEPARATOR: node.sep,
    basename: (path, suffix = "") => {
      const name = node.basename(path);
      const whole = suffix.length >= name.length || !name.endsWith(suffix);
      return whole ? name : name.slice(0, name.length - suffix.length);
    },
    dirname: (path) => node.dirname(path),
    isAbsolute: (path) => node.isAbsolute(path),
    join: (...paths) => node.join(...paths),
    normalize: (path) => node.normalize(path),
    relative: (from, to) => node.relative(from, to),
    resolve: (...paths) => node.resolve(...paths),
    fromFileUrl: (url) => fromFileUrl(new URL(url), node.sep === "\\"),
  };
}

function fromFileUrl(url: URL, windows: boolean): string {
  if (url.protocol !== "file:") {
    throw new TypeError(`URL must be a file URL: received "${url.protocol}"`);
  }
  const path = decodeURIComponent(url.pathname.replace(/%(?![0-9A-Fa-f]{2})/g, "%25"));
  if (!windows) return path;
  const local = path.replaceAll("/", "\\").replace(/^\\*([A-Za-z]:)(\\|$)/, "$1\\");
  return url.hostname === "" ? local : `\\\\${url.hostname}${local}`;
}
