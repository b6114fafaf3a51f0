/** Who made the GPUs. */
export type GpuVendor = "nvidia" | "amd";

/**
 * How containers get GPUs: as CDI devices, by the hook of NVIDIA's Container Toolkit in the engine, or as the
 * device nodes of AMD's driver.
 */
export type GpuWay = "cdi" | "nvidia" | "nodes";

/** What was found out about the GPUs that the configuration means. */
export interface GpuFacts {
  readonly vendor: GpuVendor;
  readonly way: GpuWay;
  /** UUIDs where they are known, otherwise names or numbers; "all" where nobody lists them. */
  readonly ids: "all" | readonly string[];
  /** They were found on the machine; otherwise they are as the configuration has them. */
  readonly isListed: boolean;
  /** The groups that own AMD's device nodes. @default {none} */
  readonly groups?: readonly number[];
}

/** The kind that a vendor's devices have in CDI. */
export function kindOf(vendor: GpuVendor): string {
  return `${vendor}.com/gpu`;
}
