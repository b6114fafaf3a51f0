/**
 * Uploads a file and downloads it again, then prints the size that came and the peak memory in bytes.
 * Arguments: base_url, service id, api key, task id, path, size.
 */
import process from "node:process";
import { createBudget, createServerClient } from "../../src/server/mod.ts";

const [baseUrl, serviceId, apiKey, taskId, path, size] = Deno.args;
const { signal } = new AbortController();
const budget = createBudget({ perMinute: Infinity });
await using client = createServerClient({ baseUrl, serviceId, apiKey, budget });
const { fileId } = await client.upload({
  taskId,
  name: "big.bin",
  size: Number(size),
  body: async () => (await Deno.open(path)).readable,
}, signal);
using copy = await Deno.open(`${path}.copy`, { write: true, create: true, truncate: true });
const into = async (chunk: Uint8Array) => {
  for (let at = 0; at < chunk.length;) at += await copy.write(chunk.subarray(at));
};
const came = await client.download({ id: fileId, sizeBytes: Number(size) }, into, signal);
console.log(JSON.stringify({ came, peak: peakMemory() }));

/** Linux hands maxRSS on from the parent through exec; its own peak is only in /proc. */
function peakMemory(): number {
  if (Deno.build.os !== "linux") return process.resourceUsage().maxRSS * 1024;
  const [, kib] = /VmHWM:\s*(\d+)/.exec(Deno.readTextFileSync("/proc/self/status"))!;
  return Number(kib) * 1024;
}
