import assert from "node:assert/strict";

import { join } from "@std/path";
import { until } from "../executor/helpers.ts";
import { TEST_IMAGE } from "../support/engine.ts";
import { createWorld, type World } from "./world.ts";

const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

async function completed(world: World, taskId: string) {
  const ended = await world.ended(taskId);
  assert.equal(ended.status, "completed", ended.errorMessage ?? "");
  return ended;
}

Deno.test("a task goes in, its files and its words come back", async () => {
  await using world = await createWorld();
  await world.startAgent();
  const task = await world.submit(
    "echo hello; cat input/02-data.txt > output/copy.txt; echo answer > output/response.md",
    [{ name: "data.txt", content: "some data" }],
  );
  const ended = await completed(world, task.id);
  assert.equal(ended.output?.stdout, "hello\n");
  const outputs = await world.outputs(task.id);
  assert.deepEqual([...outputs.keys()].sort(), ["output/copy.txt", "output/response.md"]);
  assert.deepEqual(ended.output?.files, ["output/response.md", "output/copy.txt"]);
  assert.equal(text(outputs.get("output/copy.txt")), "some data");
});

Deno.test("the container finds its task, its environment and its inputs", async () => {
  await using world = await createWorld({ settings: { executor: { timeout_minutes: 3 } } });
  await world.startAgent();
  const task = await world.submit(
    'echo "$TASK_ID $TIMEOUT $(pwd)"; cat task.json > output/task.json; for f in input/*; do echo "$f"; done > output/inputs',
    [{ name: "报告 终稿.pdf", content: "pdf" }, { name: "报告 终稿.pdf", content: "other" }],
  );
  const ended = await completed(world, task.id);
  assert.equal(ended.output?.stdout, `${task.id} 180 /workspace\n`);
  const outputs = await world.outputs(task.id);
  const sheet = JSON.parse(text(outputs.get("output/task.json")));
  assert.equal(sheet.task_id, task.id);
  assert.equal(sheet.prompt, sheet.task_prompt);
  assert.equal(sheet.input_files.length, 3);
  const paths = sheet.input_files.map((file: { local_path: string }) => file.local_path);
  assert.deepEqual(paths, [
    "input/01-script.sh",
    "input/02-报告 终稿.pdf",
    "input/03-报告 终稿.pdf",
  ]);
  assert.equal(text(outputs.get("output/inputs")), `${paths.join("\n")}\n`);
});

Deno.test("every kind of output file arrives byte for byte", async () => {
  await using world = await createWorld();
  await world.startAgent();
  const names = [
    "output/空 文件.txt",
    'output/it\'s "quoted".txt',
    "output/back\\slash",
    "top.txt",
  ];
  const task = await world.submit(`
    : > "output/空 文件.txt"
    echo q > "output/it's \\"quoted\\".txt"
    echo b > 'output/back\\slash'
    echo t > top.txt
    mkdir -p output/.hidden/deep .cache
    echo h > output/.hidden/deep/file
    echo no > .cache/file
    dd if=/dev/urandom of=output/big.bin bs=1M count=48 2>/dev/null
    sha256sum output/big.bin | cut -d' ' -f1
  `);
  const ended = await completed(world, task.id);
  const outputs = await world.outputs(task.id);
  assert.deepEqual(
    [...outputs.keys()].sort(),
    [...names, "output/.hidden/deep/file", "output/big.bin"].sort(),
  );
  assert.equal(outputs.get("output/空 文件.txt")!.length, 0);
  const digest = await crypto.subtle.digest("SHA-256", outputs.get("output/big.bin")!.slice());
  const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join(
    "",
  );
  assert.equal(ended.output?.stdout, `${hex}\n`);
});

Deno.test("300 MB go in and come out unchanged", async () => {
  await using world = await createWorld({ server: { maxUploadBytes: 400 * 2 ** 20 } });
  await world.startAgent();
  const block = crypto.getRandomValues(new Uint8Array(65_536));
  let left = 300 * 16;
  const content = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (left-- === 0) return controller.close();
      controller.enqueue(block.slice());
    },
  });
  const task = await world.submit(
    "cp input/02-big.bin output/big.bin; sha256sum < input/02-big.bin",
    [{ name: "big.bin", content }],
  );
  const ended = await world.ended(task, 300_000);
  assert.equal(ended.status, "completed", ended.errorMessage ?? "");
  const [sent] = world.server.files(task.id).filter((file) => file.createdBy === "agent");
  assert.equal(sent.sizeBytes, 300 * 2 ** 20);
  const { stdout } = await new Deno.Command("sha256sum", { args: [sent.path] }).output();
  assert.equal(text(stdout).split(" ")[0], String(ended.output?.stdout).split(" ")[0]);
});

Deno.test("200 files come one by one, and more as zip parts", async () => {
  await using world = await createWorld({ server: { ratePerMinute: Infinity } });
  await world.startAgent({ env: { AGENT_CORE_REQUESTS_PER_MINUTE: "0" } });
  const exact = await world.submit("for n in $(seq 200); do echo $n > output/$n.txt; done");
  const more = await world.submit("for n in $(seq 260); do echo $n > output/$n.txt; done");
  await completed(world, exact.id);
  assert.equal((await world.outputs(exact.id)).size, 200);
  const ended = await completed(world, more.id);
  const names = [...(await world.outputs(more.id)).keys()];
  assert.equal(names.length, 201);
  assert.equal(names.filter((name) => name.endsWith(".zip")).length, 1);
  assert.deepEqual(ended.output?.zipped, { files: 60, parts: 1 });
});

Deno.test("links and pipes are left out, and named with the reason", async () => {
  await using world = await createWorld();
  await world.startAgent();
  const task = await world.submit(
    "ln -s /etc/passwd output/passwd; mkfifo output/pipe; echo ok > output/ok",
  );
  const ended = await completed(world, task.id);
  assert.deepEqual([...(await world.outputs(task.id)).keys()], ["output/ok"]);
  const skipped = ended.output?.skipped_files as { name: string; reason: string }[];
  assert.deepEqual(skipped.map(({ name }) => name).sort(), ["output/passwd", "output/pipe"]);
  for (const { reason } of skipped) assert.ok(reason.length > 5);
});

Deno.test("a program that fails is reported with its last words, and its files come all the same", async () => {
  await using world = await createWorld();
  await world.startAgent();
  const task = await world.submit("echo partial > output/part; echo 'no such gene' >&2; exit 3");
  const ended = await world.ended(task);
  assert.equal(ended.status, "failed");
  assert.match(ended.errorMessage!, /exit code 3/);
  assert.match(ended.errorMessage!, /no such gene/);
  assert.deepEqual([...(await world.outputs(task.id)).keys()], ["output/part"]);
});

Deno.test("a task over its time limit is stopped and reported with the files that there are", async () => {
  await using world = await createWorld({ settings: { executor: { timeout_minutes: 0.05 } } });
  await world.startAgent();
  const task = await world.submit("echo early > output/early; sleep 600");
  const ended = await world.ended(task);
  assert.equal(ended.status, "failed");
  assert.match(ended.errorMessage!, /time limit/);
  assert.deepEqual([...(await world.outputs(task.id)).keys()], ["output/early"]);
});

Deno.test("a memory limit bites, and the report says so", async () => {
  await using world = await createWorld({ settings: { executor: { memory_limit: "32m" } } });
  await world.startAgent();
  const task = await world.submit("head -c 200m /dev/zero | tail > /dev/null; exit 7");
  const direct = await world.submit("exec awk 'BEGIN { s = \"x\"; while (1) s = s s }'");
  const ended = await world.ended(task);
  assert.equal(ended.status, "failed");
  const killed = await world.ended(direct);
  assert.equal(killed.status, "failed");
  assert.match(killed.errorMessage!, /memory/);
});

Deno.test("20 tasks at a capacity of 4: never more than 4 containers, and all are done", async () => {
  await using world = await createWorld({
    settings: { executor: { capacity: 4 } },
    server: { ratePerMinute: Infinity },
  });
  await world.startAgent({ env: { AGENT_CORE_REQUESTS_PER_MINUTE: "0" } });
  const tasks = [];
  for (let n = 0; n < 20; n++) tasks.push(await world.submit(`sleep 0.3; echo ${n}`));
  const all = Promise.all(tasks.map((task) => completed(world, task.id)));
  let most = 0;
  let watching = true;
  all.finally(() => watching = false).catch(() => {});
  const agentId = (await Deno.readTextFile(`${world.dataDir}/agent.id`)).trim();
  while (watching) {
    const found = await world.engine.listContainers({
      labels: { "open-aaas.agent": agentId },
      all: true,
    });
    most = Math.max(most, found.filter((container) => container.state === "running").length);
  }
  const ended = await all;
  assert.deepEqual(ended.map((task) => task.output?.stdout), tasks.map((_, n) => `${n}\n`));
  assert.ok(most <= 4, `${most} at a time`);
  assert.ok(most >= 2, "nothing ran side by side");
});

Deno.test("an agent without its image does not start, and names it", async () => {
  await using world = await createWorld({
    settings: { executor: { image: "agent-core-test-none:missing" } },
  });
  await assert.rejects(world.startAgent(), /agent-core-test-none:missing/);
});

Deno.test("a container of the agent's own use that was left behind goes while it runs", async () => {
  await using world = await createWorld();
  await world.startAgent();
  const agentId = (await Deno.readTextFile(join(world.dataDir, "agent.id"))).trim();
  const id = await world.engine.createContainer(`open-aaas-helper-${crypto.randomUUID()}`, {
    Image: TEST_IMAGE,
    Labels: { "open-aaas.agent": agentId, "open-aaas.helper": "start-check" },
  });
  await until(async () => await world.engine.inspectContainer(id) === undefined, "its removal");
});

Deno.test("SIGTERM ends the agent in peace", async () => {
  await using world = await createWorld();
  const agent = await world.startAgent();
  agent.kill("SIGTERM");
  const status = await agent.exited;
  assert.equal(status.code, 143, agent.output());
  assert.equal(world.server.service(world.serviceId)?.status, "offline");
});
