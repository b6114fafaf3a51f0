import fs from "node:fs";

/**
 * Numbers by which Linux names the file systems that other machines hold (statfs(2), and
 * `include/uapi/linux/magic.h` or the project's own source for the rest).
 */
const NETWORK_MAGIC: Readonly<Record<string, string>> = {
  "6969": "nfs",
  "517b": "smb",
  "ff534d42": "cifs",
  "fe534d42": "smb",
  "1021997": "9p",
  "c36400": "ceph",
  "bd00bd0": "lustre",
  "47504653": "gpfs",
  "19830326": "beegfs",
  "5346414f": "afs",
  "6b414653": "afs",
  "73757245": "coda",
  "564c": "ncp",
  "7461636f": "ocfs2",
  "1161970": "gfs2",
  "20030528": "orangefs",
  "aad7aaea": "panfs",
  "786f4256": "vboxsf",
  "bacbacbc": "vmhgfs",
  "7c7c6673": "prl_fs",
};
const FUSE_MAGIC = "65735546";

/** Type names, as mount tables have them, of what is on the network or shared with another system. */
const NETWORK_TYPE =
  /^(nfs\d?|cifs|smb\w*|9p|virtiofs|drvfs|ceph|lustre|gpfs|mmfs|beegfs\w*|afs\w*|coda|ncpfs|ocfs2|gfs2|panfs|pvfs2|glusterfs|vboxsf|prl_fs|webdav|davfs|fuse|fuse\.(?!(ext|fuse-overlayfs|mergerfs|gocryptfs|encfs|cryfs|bindfs|ntfs|lxcfs|portal)).*|osxfuse\w*|macfuse\w*)$/;

/**
 * Whether a folder is on a network file system, where file locks and SQLite's WAL cannot be trusted:
 * its name (`nfs`), or undefined when it is local or nothing can be found out. `path` must exist.
 *
 * @example
 * ```ts
 * const type = await networkFilesystem(config.paths.dataDir);
 * ```
 */
export async function networkFilesystem(path: string): Promise<string | undefined> {
  const real = await Deno.realPath(path);
  if (Deno.build.os === "windows") return windowsShare(real);
  const type = fs.statfsSync(real).type;
  const magic = (Number(type) >>> 0).toString(16);
  if (Deno.build.os === "linux" && magic in NETWORK_MAGIC) return NETWORK_MAGIC[magic];
  if (Deno.build.os === "linux" && magic !== FUSE_MAGIC) return undefined;
  const named = typeInTable(await mountTable(), real);
  // Of FUSE only the table tells whether it is sshfs or something local: without it, the worse.
  if (named === undefined && magic === FUSE_MAGIC && Deno.build.os === "linux") return "fuse";
  return named !== undefined && NETWORK_TYPE.test(named) ? named : undefined;
}

/** `\\server\share` and `\\?\UNC\server\share`. A drive letter of a share cannot be told. */
export function windowsShare(path: string): string | undefined {
  return /^\\\\(\?\\UNC\\|[^?.\\])/i.test(path) ? "smb" : undefined;
}

/** A line of a mount table: where, and of what type. */
export interface MountLine {
  readonly point: string;
  readonly type: string;
}

/** The type of the file system that holds `path`: that of the last of the longest mount points. */
export function typeInTable(table: readonly MountLine[], path: string): string | undefined {
  let best: MountLine | undefined;
  for (const line of table) {
    const inside = line.point === "/" || path === line.point || path.startsWith(`${line.point}/`);
    if (inside && line.point.length >= (best?.point.length ?? 0)) best = line;
  }
  return best?.type;
}

/** The lines of Linux's /proc/self/mountinfo or of macOS's `mount`. */
export function parseMountTable(text: string, os: typeof Deno.build.os): MountLine[] {
  const pattern = os === "linux"
    ? /^\d+ \d+ \S+ \S+ (?<point>\S+) .*? - (?<type>\S+) /
    : /^.* on (?<point>\/.*) \((?<type>[^,)]+)/;
  return text.split("\n").flatMap((line) => {
    const groups = pattern.exec(line)?.groups;
    if (groups === undefined) return [];
    const point = groups.point.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => {
      return String.fromCharCode(parseInt(octal, 8));
    });
    return [{ point, type: groups.type }];
  });
}

/** Nothing where it may not be read: then only what statfs says counts. */
async function mountTable(): Promise<MountLine[]> {
  try {
    if (Deno.build.os === "linux") {
      return parseMountTable(await Deno.readTextFile("/proc/self/mountinfo"), "linux");
    }
    const { stdout } = await new Deno.Command("/sbin/mount", { stdin: "null" }).output();
    return parseMountTable(new TextDecoder().decode(stdout), Deno.build.os);
  } catch {
    return [];
  }
}
