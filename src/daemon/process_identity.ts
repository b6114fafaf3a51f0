import { bootId } from "../util/mod.ts";

/** What is known of a process number. */
export interface ProcessIdentity {
  /** False when there is no such process, or only its exit code is left (a zombie). */
  readonly alive: boolean;
  /**
   * Tells this process from every other that ever had or will have its number; undefined where the
   * system has nothing of the kind.
   */
  readonly identity?: string;
}

/**
 * Looks a process up. On Linux its identity is the boot, the PID namespace and the start time (field
 * 22 of `/proc/PID/stat`, proc(5)): a number alone means nothing after a reboot, in another container
 * or once it was given to another program. On other systems nothing is known but the number, and it
 * counts as alive: there the caller must have better proof.
 */
export async function identifyProcess(pid: number): Promise<ProcessIdentity> {
  if (Deno.build.os !== "linux") return { alive: true };
  try {
    const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
    // The name in brackets may itself hold brackets and spaces: what counts comes after the last one.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [state, start] = [fields[0], fields[19]];
    if (state === "Z" || state === "X" || start === undefined) return { alive: false };
    const boot = await bootId().catch(() => undefined);
    const namespace = await Deno.readLink("/proc/self/ns/pid");
    return { alive: true, ...boot && { identity: `${boot} ${namespace} ${start}` } };
  } catch (error) {
    return { alive: error instanceof Deno.errors.NotCapable };
  }
}
