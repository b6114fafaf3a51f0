import { isMachineTrouble } from "./error_code.ts";

/** Changes with every boot of the machine (proc(5)). */
const BOOT_ID = "/proc/sys/kernel/random/boot_id";

/**
 * What tells the machine's present boot from every other; undefined where the system has nothing of the kind.
 *
 * @throws the system's error where it cannot be read just now (`EMFILE`): a reboot must not pass unnoticed for that
 */
export async function bootId(): Promise<string | undefined> {
  if (Deno.build.os !== "linux") return undefined;
  try {
    return (await Deno.readTextFile(BOOT_ID)).trim();
  } catch (error) {
    if (isMachineTrouble(error)) throw error;
    return undefined;
  }
}
