// Collects a workspace in a process with few file handles, for `machine_trouble_test.ts`:
// `trouble_child.ts DIR SPILL [leave-out]`. Prints `trouble` or what was collected.
import { collectOutputs, MachineTrouble } from "../../src/workspace/mod.ts";

const [dir, spill, mode] = Deno.args;
const leaveOutUnread = mode === "leave-out";
const limits = { maxFileSize: 0, maxTotalSize: 0, maxFiles: 200, maxReadSize: 0, maxMinutes: 0 };
try {
  const collection = await collectOutputs({ dir, spill, mounts: [], limits, leaveOutUnread });
  console.log(JSON.stringify(collection));
} catch (error) {
  if (!(error instanceof MachineTrouble)) throw error;
  console.log("trouble");
}
