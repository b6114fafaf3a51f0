import type { Config } from "../../../config/mod.ts";
import type { Engine, EngineInfo } from "../../../docker/mod.ts";
import { executorText, Failure } from "../../../i18n/mod.ts";
import { nameOf, traitsOf } from "../engine_traits.ts";
import type { Labels } from "../labels.ts";
import { listAmdGpus } from "./amd_listing.ts";
import { devicesOfSpecs, USUAL_FOLDERS } from "./cdi_specs.ts";
import { type GpuFacts, kindOf } from "./gpu_facts.ts";
import { listNvidiaGpus } from "./nvidia_listing.ts";

/** What GPUs are looked for with. */
export interface GpuSearch {
  readonly engine: Engine;
  readonly config: Config;
  readonly info: Pick<EngineInfo, "cdiFolders" | "cdiDevices">;
  /** Those of the container that may be needed for it; without them none is made. */
  readonly labels?: Labels;
  readonly signal: AbortSignal;
}

/** One that was found: by the name that leases have for it, and by the number that people may use. */
interface FoundGpu {
  readonly id: string;
  readonly alias?: string;
}

/**
 * Finds the GPUs that the configuration means, and how containers get them: as the CDI devices that the
 * engine lists, or that the specifications in its folders describe; else as the vendor lists them; else as
 * they are configured. Undefined where none are configured.
 *
 * @throws {Failure} when one that is configured is not there, or tasks could never have theirs
 */
export async function findGpus(search: GpuSearch): Promise<GpuFacts | undefined> {
  const { config: { executor: { gpu } }, engine } = search;
  if (!gpu) return undefined;
  const { vendor } = gpu;
  const names = await cdiNames(search, kindOf(vendor));
  if (names.length > 0 || traitsOf(engine).gpu === "cdi") {
    const found = names.map((id) => ({ id }));
    return { vendor, way: "cdi", ...idsOf(search, found, eachOnce(names)) };
  }
  const { labels, ...rest } = search;
  // Nobody needs to know what "all" of NVIDIA's are, unless they are leased one by one.
  const isNeeded = vendor === "amd" || gpu.perTask !== undefined;
  const listing = labels && isNeeded ? { ...rest, labels } : undefined;
  if (vendor === "amd") {
    const { names = [], groups } = listing ? await listAmdGpus(listing) : {};
    const found = names.map((id, at) => ({ id, alias: String(at) }));
    return { vendor, way: "nodes", ...idsOf(search, found), groups };
  }
  const listed = listing ? await listNvidiaGpus(listing) : [];
  const found = listed.map(({ uuid, index }) => ({ id: uuid, alias: index }));
  return { vendor, way: "nvidia", ...idsOf(search, found) };
}

/** The names of a kind's CDI devices, `all` left out. */
async function cdiNames({ engine, info }: GpuSearch, kind: string): Promise<string[]> {
  const listed = info.cdiDevices.filter((name) => name.startsWith(`${kind}=`))
    .map((name) => name.slice(kind.length + 1));
  const isSilent = listed.length === 0 && isLocal(engine);
  // Podman has CDI and does not say where; Docker says nothing where it has none.
  const folders = traitsOf(engine).gpu === "cdi" ? USUAL_FOLDERS : info.cdiFolders;
  const names = isSilent ? await devicesOfSpecs(folders, kind) : listed;
  return names.filter((name) => name !== "all");
}

/**
 * What "all" are: a specification can name each GPU by its number and once more by its UUID, which stays the
 * same. Which number is whose UUID it does not say.
 */
function eachOnce(names: string[]): string[] {
  const uuids = names.filter((name) => /^(?:GPU|MIG)-/.test(name));
  return 2 * uuids.length === names.length ? uuids : names;
}

function isLocal({ endpoint }: Engine): boolean {
  return endpoint.kind === "unix";
}

/** @throws {Failure} when one that is configured is not among those that were found */
function idsOf(
  { config, engine }: GpuSearch,
  found: readonly FoundGpu[],
  all = found.map(({ id }) => id),
): Pick<GpuFacts, "ids" | "isListed"> {
  const { vendor, devices } = config.executor.gpu!;
  const isListed = found.length > 0;
  if (devices === "all") return { ids: isListed ? all : devices, isListed };
  const prefix = `${kindOf(vendor)}=`;
  const ids = devices.map((device) => {
    const name = device.startsWith(prefix) ? device.slice(prefix.length) : device;
    if (!isListed) return name;
    const gpu = found.find(({ id, alias }) => id === name || alias === name);
    if (gpu) return gpu.id;
    const known = found.map(({ id }) => id).join(", ");
    throw new Failure(executorText.gpuUnknown({ device, engine: nameOf(engine), known }));
  });
  return { ids, isListed };
}

/**
 * The ids that leases are made of; undefined where tasks have no GPU of their own.
 *
 * @throws {Failure} when no task could ever get as many as it needs
 */
export function leasableGpus(
  { executor: { gpu } }: Config,
  facts: GpuFacts | undefined,
): readonly string[] | undefined {
  if (gpu?.perTask === undefined || !facts) return undefined;
  if (facts.ids === "all") throw new Failure(executorText.gpusUnlisted({ vendor: facts.vendor }));
  const count = new Set(facts.ids).size;
  if (count >= gpu.perTask) return facts.ids;
  throw new Failure(executorText.gpusTooFew({ perTask: gpu.perTask, known: facts.ids.join(", ") }));
}
