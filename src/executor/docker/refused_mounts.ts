import { dirname, join, normalize, resolve } from "@std/path";
import { normalize as normalizePosix } from "@std/path/posix";
import type { Config, Mount } from "../../config/mod.ts";
import { isPrivate } from "../../data_folder/mod.ts";
import type { Endpoint } from "../../docker/mod.ts";
import { executorText, type Text } from "../../i18n/mod.ts";
import { WORKSPACE } from "./container_spec.ts";

/** Where engines and their parts listen; each of these sockets is as good as root on the machine. */
const SOCKETS = [
  "/var/run/docker.sock",
  "/run/docker.sock",
  "/var/run/docker/containerd/containerd.sock",
  "/run/containerd/containerd.sock",
  "/run/podman/podman.sock",
  "/run/crio/crio.sock",
];

/** What {@linkcode checkMounts} looks at. */
export interface MountFacts {
  readonly config: Config;
  readonly configPath: string;
  readonly endpoint: Endpoint;
  /** Where the engine keeps images and containers; undefined when that is on another machine. */
  readonly engineRoot?: string;
  /** `$XDG_RUNTIME_DIR`, where rootless engines listen. */
  readonly runtimeDir?: string;
  readonly home?: string;
}

/** The mounts that no task may have, each with the reason, and those worth a warning. */
export async function checkMounts(
  facts: MountFacts,
): Promise<{ readonly refused: Text[]; readonly warnings: Text[] }> {
  const { dataDir, mounts } = facts.config.paths;
  const forbidden = await forbiddenPaths(facts);
  const data = await lineage(dataDir);
  const refused: Text[] = [];
  const warnings: Text[] = [];
  for (const mount of mounts) {
    const problem = targetProblem(mount) ?? await sourceProblem(mount, forbidden, dataDir);
    if (problem) refused.push(problem);
    else if (!mount.readonly && !await isWithin(mount.host, data[0])) {
      warnings.push(executorText.mountWritable({ host: mount.host, container: mount.container }));
    }
  }
  return { refused, warnings };
}

function targetProblem({ host, container }: Mount): Text | undefined {
  const target = normalizePosix(container).replace(/(.)\/$/, "$1");
  if (target !== "/" && target !== WORKSPACE) return undefined;
  return executorText.mountTargetTaken({ host, container });
}

/** Something that no mount may be or contain. */
interface ForbiddenPath {
  /** The thing and every folder above it. */
  readonly lineage: readonly Place[];
  readonly explain: (p: { host: string; container: string }) => Text;
}

async function sourceProblem(
  mount: Mount,
  forbidden: readonly ForbiddenPath[],
  dataDir: string,
): Promise<Text | undefined> {
  const places = await placesOf(mount.host);
  if (places.some(({ path }) => dirname(path) === path)) return executorText.mountOfRoot(mount);
  for (const path of forbidden) {
    if (path.lineage.some((step) => places.some((place) => isSame(place, step)))) {
      return path.explain(mount);
    }
  }
  const data = await placesOf(dataDir);
  for (const place of places) {
    for (const folder of data) {
      const inside = below(folder.path, place.path);
      if (inside !== undefined && isPrivate(inside)) return executorText.mountOfOwnData(mount);
    }
  }
  return undefined;
}

async function forbiddenPaths(facts: MountFacts): Promise<ForbiddenPath[]> {
  const { config, configPath, endpoint, engineRoot, runtimeDir, home } = facts;
  const sockets = [...SOCKETS];
  if (endpoint.kind === "unix") sockets.push(endpoint.path);
  if (runtimeDir) {
    sockets.push(join(runtimeDir, "docker.sock"), join(runtimeDir, "podman", "podman.sock"));
  }
  if (home) {
    sockets.push(join(home, ".docker/run/docker.sock"), join(home, ".docker/desktop/docker.sock"));
  }
  const forbidden: ForbiddenPath[] = [
    { lineage: await lineage(config.paths.dataDir), explain: executorText.mountOfOwnData },
    { lineage: await lineage(configPath), explain: executorText.mountOfConfig },
  ];
  for (const socket of sockets) {
    // A socket that does not exist gives no rights; the engine's own exists even where it cannot be seen.
    if (endpoint.kind === "unix" && socket === endpoint.path || await exists(socket)) {
      forbidden.push({ lineage: await lineage(socket), explain: executorText.mountOfSocket });
    }
  }
  if (engineRoot) {
    forbidden.push({ lineage: await lineage(engineRoot), explain: executorText.mountOfEngineRoot });
  }
  return forbidden;
}

/** A path with its device and inode, so that a link or a bind mount does not hide what it is. */
interface Place {
  readonly path: string;
  readonly dev?: number;
  readonly ino?: number;
}

/** A path as written and as resolved. */
async function placesOf(path: string): Promise<Place[]> {
  const written = resolve(path);
  const stat = await Deno.stat(written).catch(() => undefined);
  const identity = stat && stat.ino ? { dev: stat.dev, ino: stat.ino } : {};
  const real = await Deno.realPath(written).catch(() => written);
  return [...new Set([written, real])].map((path) => ({ path: normalize(path), ...identity }));
}

/** A path and all folders above it, both as written and as resolved. */
async function lineage(path: string): Promise<Place[]> {
  const steps: Place[] = [];
  for (const { path: start } of await placesOf(path)) {
    let at = start;
    for (;;) {
      steps.push(...await placesOf(at));
      const up = dirname(at);
      if (up === at) break;
      at = up;
    }
  }
  return steps;
}

function isSame(a: Place, b: Place): boolean {
  if (a.ino !== undefined && a.ino === b.ino && a.dev === b.dev) return true;
  return fold(a.path) === fold(b.path);
}

/** The rest of `path` below `folder`; undefined when it is not below. */
function below(folder: string, path: string): string | undefined {
  const start = folder.endsWith("/") || folder.endsWith("\\") ? folder.length : folder.length + 1;
  const head = fold(path.slice(0, start)).replace(/[\\/]$/, "");
  return head === fold(folder).replace(/[\\/]$/, "") && path.length > start
    ? path.slice(start)
    : undefined;
}

async function isWithin(path: string, folder: Place): Promise<boolean> {
  return (await lineage(path)).some((step) => isSame(step, folder));
}

/** File names of Windows and macOS are the same in either case. */
function fold(path: string): string {
  return Deno.build.os === "linux" ? path : path.toLowerCase();
}

async function exists(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}
