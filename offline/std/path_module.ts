import type { ParsedPath, PlatformPath } from "node:path";

/** The part of `@std/path` that agent-core uses, for one kind of system. */
export interface PathModule {
  SEPARATOR: string;
  DELIMITER: string;
  SEPARATOR_PATTERN: RegExp;
  basename(path: string, suffix?: string): string;
  dirname(path: string): string;
  extname(path: string): string;
  isAbsolute(path: string): boolean;
  join(...paths: string[]): string;
  normalize(path: string): string;
  parse(path: string): ParsedPath;
  relative(from: string, to: string): string;
  resolve(...paths: string[]): string;
  fromFileUrl(url: string | URL): string;
  toFileUrl(path: string): URL;
}

/** Gives `node:path` the names and the answers of `@std/path`. */
export function pathModule(node: PlatformPath): PathModule {
  const windows = node.sep === "\\";
  return {
    SEPARATOR: node.sep,
    DELIMITER: node.delimiter,
    SEPARATOR_PATTERN: windows ? /[\\/]+/ : /\/+/,
    basename: (path, suffix = "") => {
      const name = node.basename(path);
      const whole = suffix.length >= name.length || !name.endsWith(suffix);
      return whole ? name : name.slice(0, name.length - suffix.length);
    },
    dirname: (path) => node.dirname(path),
    extname: (path) => node.extname(path),
    isAbsolute: (path) => node.isAbsolute(path),
    join: (...paths) => node.join(...paths),
    normalize: (path) => node.normalize(path),
    parse: (path) => node.parse(path),
    relative: (from, to) => node.relative(from, to),
    resolve: (...paths) => node.resolve(...paths),
    fromFileUrl: (url) => fromFileUrl(new URL(url), windows),
    toFileUrl: (path) => toFileUrl(path, node.isAbsolute(path), windows),
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

function toFileUrl(path: string, absolute: boolean, windows: boolean): URL {
  if (!absolute) throw new TypeError(`Path must be absolute: received "${path}"`);
  const encode = (part: string) =>
    encodeURIComponent(part).replace(/%3A/g, ":").replace(/%40/g, "@");
  const url = new URL("file:///");
  if (!windows) {
    url.pathname = path.split("/").map(encode).join("/");
    return url;
  }
  const [, host, local] = path.match(/^(?:[\\/]{2}([^\\/]+)(?=[\\/](?:[^\\/]|$)))?(.*)$/s) ?? [];
  url.pathname = local.split(/[\\/]/).map(encode).join("/");
  if (host !== undefined && host !== "localhost") url.hostname = host;
  return url;
}
