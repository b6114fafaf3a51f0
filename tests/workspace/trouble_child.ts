// Collects a workspace in a process with few file handles, for `machine_trouble_test.ts`:
// `trouble_child.ts DIR SPILL`. Prints `trouble` or what was collected.
import { collectOutputs, MachineTrouble } from "../../src/workspace/mod.ts";

const [dir, spill] = Deno.args;
const limits = { maxFileSize: 0, maxTotalSize: 0, maxFiles: 200, maxReadSize: 0, maxMinutes: 0 };
try {
  console.log(JSON.stringify(await collectOutputs({ dir, spill, mounts: [], limits })));
} catch (error) {
  if (!(error instanceof MachineTrouble)) throw error;
  console.log("trouble");
}
