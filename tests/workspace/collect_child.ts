// Collects a workspace in a process of its own, for tests that need other rights than the test run
// has: `collect_child.ts DIR SPILL [CONTAINER]`. Prints one line of JSON.
import { findEngine } from "../../src/docker/mod.ts";
import { collectOutputs, diskUsage, openOutput, removeWorkspace } from "../../src/workspace/mod.ts";
import { openRoot } from "../../src/workspace/folder.ts";

const [dir, spill, container] = Deno.args;
await using engine = container ? await findEngine({ env: {} }) : undefined;
const collection = await collectOutputs({
  dir,
  spill,
  mounts: ["/workspace/mounted"],
  limits: { maxFileSize: 1_000_000, maxTotalSize: 0, maxFiles: 200 },
  archive: engine ? (path, signal) => engine.archive(container, path, signal) : undefined,
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
console.log(JSON.stringify({ collection, contents, byHandle, usage, removal }));
