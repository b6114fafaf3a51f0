/** Changes with every boot of the machine (proc(5)). */
const BOOT_ID = "/proc/sys/kernel/random/boot_id";

/** What tells the machine's present boot from every other; undefined where the system has nothing of the kind. */
export async function bootId(): Promise<string | undefined> {
  if (Deno.build.os !== "linux") return undefined;
  return (await Deno.readTextFile(BOOT_ID).catch(() => undefined))?.trim();
}
