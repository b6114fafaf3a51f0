// Collects a workspace in a process of its own, for tests that need other rights than the test run
// has: `collect_child.ts DIR SPILL [CONTAINER]`. Prints one line of JSON.
import { findEngine } from "../../src/docker/mod.ts";
import { collectOutputs, diskUsage, openOutput, removeWorkspace } from "../../src/workspace/mod.ts";
import { counting } from "./counting.ts";
import { openRoot } from "../../src/workspace/folder.ts";

const [dir, spill, container] = Deno.args;
await using engine = container ? await findEngine({ env: Deno.env.toObject() }) : undefined;
const asked: string[] = [];
let received = 0;
const collection = await collectOutputs({
  dir,
  spill,
  mounts: ["/workspace/mounted"],
  limits: {
    maxFileSize: 1_000_000,
    maxTotalSize: 0,
    maxFiles: 200,
    maxReadSize: 0,
    maxMinutes: 0,
  },
  archive: engine
    ? async (path, signal) => {
      asked.push(path);
      return counting(await engine.archive(container, path, signal), (bytes) => received += bytes);
    }
    : undefined,
});
const contents: Record<string, string> = {};
for (const file of collection.files) {
  contents[file.name] = await new Response(await openOutput({ dir, spill, file })).text();
}
let byHandle = false;
try {
  using root = openRoot(dir);
  byHandle = root.access.startsWith("/proc/");
} catch {
  // The workspace itself is closed to this process.
}
const usage = await diskUsage(dir);
const removal = container ? undefined : await removeWorkspace(dir);
const result = { collection, contents, byHandle, usage, removal, asked, received };
console.log(JSON.stringify(result));
