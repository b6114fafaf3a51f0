/** The middle of several numbers. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** One line of the result: what was measured, the figure, and what it should be. */
export function figure(what: string, value: string, goal: string, met: boolean): void {
  console.log(`${met ? "  ok " : "MISS "} ${what.padEnd(62)} ${value.padStart(22)}   goal ${goal}`);
}

/** What a process holds in memory (`VmRSS`) or held at most (`VmHWM`), in MB of 10^6 bytes. */
export async function memory(pid: number, key: "VmRSS" | "VmHWM"): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  const kib = Number(status.match(new RegExp(`${key}:\\s+(\\d+) kB`))?.[1]);
  return kib * 1024 / 1e6;
}

/** Seconds that `work` takes. */
export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return (performance.now() - begin) / 1000;
}
