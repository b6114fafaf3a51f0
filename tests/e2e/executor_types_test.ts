import assert from "node:assert/strict";
import { join } from "@std/path";

import { createWorld, type Settings } from "./world.ts";

const SCRIPT = 'echo "$0 ran $TASK_ID" > /workspace/output/said\n';

async function said(executor: Settings[string], script?: string): Promise<[string, string]> {
  const folder = await Deno.makeTempDir({ prefix: "agent-core-" });
  try {
    if (script !== undefined) await Deno.writeTextFile(join(folder, "task.sh"), script);
    const mount = `[[paths.mounts]]\nhost = "${folder}"\ncontainer = "/scripts"\nreadonly = true\n`;
    await using world = await createWorld({
      settings: { executor: { custom_entrypoint: undefined, custom_args: undefined, ...executor } },
      more: script === undefined ? "" : mount,
    });
    await world.startAgent();
    const task = await world.submit("true");
    const ended = await world.ended(task);
    assert.equal(ended.status, "completed", ended.errorMessage ?? "");
    const outputs = await world.outputs(task.id);
    return [new TextDecoder().decode(outputs.get("output/said")), task.id];
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("bash: the script is run by bash", async () => {
  const [words, id] = await said(
    { executor_type: "bash", script_path: "/scripts/task.sh" },
    SCRIPT,
  );
  assert.equal(words, `/scripts/task.sh ran ${id}\n`);
});

Deno.test("python: the script is run by python3", async () => {
  const [words, id] = await said(
    { executor_type: "python", script_path: "/scripts/task.sh" },
    SCRIPT,
  );
  assert.equal(words, `/scripts/task.sh ran ${id}\n`);
});

Deno.test("custom: entrypoint and arguments are the configured ones", async () => {
  const [words, id] = await said({
    executor_type: "custom",
    custom_entrypoint: ["sh", "-c"],
    custom_args: ['echo "custom $TASK_ID" > output/said'],
  });
  assert.equal(words, `custom ${id}\n`);
});

Deno.test("standard: the image's own command is run", async () => {
  await using world = await createWorld({
    settings: {
      executor: {
        executor_type: "standard",
        custom_entrypoint: undefined,
        custom_args: undefined,
      },
    },
  });
  await world.startAgent();
  // The test image's own command is a shell, which ends at once without an input.
  const task = await world.submit("true");
  const ended = await world.ended(task);
  assert.equal(ended.status, "completed", ended.errorMessage ?? "");
});
