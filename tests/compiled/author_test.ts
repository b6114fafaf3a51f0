import assert from "node:assert/strict";
import { join } from "@std/path";

import { editConfig, loadConfig } from "../../src/config/mod.ts";
import { startDevServer } from "../../src/devserver/mod.ts";
import { ensureBaseImage } from "../image/base_image.ts";
import { modelUrl } from "../image/lab.ts";
import { bash, startModel, wordsOf } from "../image/model_stub.ts";
import { testEngine } from "../support/engine.ts";
import { startMirror } from "../support/mirror.ts";
import { person } from "./person.ts";

const KEY = "sk-live-of-the-herbarium";

Deno.test("compiled: from new-image to a task's answer, where little is as its author expects", async () => {
  await using cleanup = new AsyncDisposableStack();
  const engine = cleanup.use(await testEngine());
  const mirror = cleanup.use(await startMirror(await ensureBaseImage(engine)));
  const model = cleanup.use(startModel(({ messages }) => {
    const last = wordsOf(messages.at(-1)!.content);
    if (messages.at(-1)!.role !== "tool") {
      return bash("wc -l < input/01-标本.csv > output/行数.txt; cat /run/agent/api_key");
    }
    return { text: `There are 3 plants. Key: ${last.includes(KEY) ? KEY : "unseen"}` };
  }));
  const server = cleanup.use(await startDevServer());
  const { id: serviceId, registrationToken } = server.createService("herbarium");
  const author = cleanup.use(await person("user", { umask: "077" }));
  const folder = join(author.folder, "植物标本");
  const ok = async (script: string, at = folder) => {
    const { code, stdout, stderr } = await author.sh(script, at);
    assert.equal(code, 0, `${script}\n${stdout}${stderr}`);
    return stdout + stderr;
  };

  const base = `${mirror.host}/library/node:22-slim`;
  const made = await ok(
    `agent-core --lang en new-image 植物标本 --model lab/m1 --url ${modelUrl(model)} ` +
      `--base-image ${base} --npm-registry https://registry.npmjs.org`,
    author.folder,
  );
  assert.match(made, /cd 植物标本[^]*secrets\/api_key[^]*agent-core try/);
  const { config } = await loadConfig({ path: join(folder, "config.toml"), env: {} });
  const { image } = config.executor;
  cleanup.defer(async () => {
    for (const name of [image, `agent-core-try/${image}`, base]) {
      await engine.removeImage(name).catch(() => {});
    }
  });

  // The key is forgotten, then written down with a comment, and in the end as it should be.
  const tried = "agent-core --lang en try";
  const forgotten = await author.sh(`${tried} --prompt x`, folder);
  assert.equal(forgotten.code, 1, forgotten.stderr);
  assert.match(forgotten.stdout, /exit code 3[^]*api_key is empty/);
  assert.ok(mirror.asked.some((path) => path.startsWith("library/node/manifests/22-slim")));
  await ok(`printf '# the key\\n${KEY}\\n' > secrets/api_key`);
  assert.match((await author.sh(`${tried} --prompt x`, folder)).stdout, /has 2 lines/);
  assert.equal(model.questions.length, 0);
  await ok(`echo ${KEY} > secrets/api_key`);
  await ok("printf 'a,1\\nb,2\\nc,3\\n' > 标本.csv");
  const done = await ok(`${tried} --promote --prompt 'Count the plants.' --input 标本.csv`);
  assert.match(done, /Completed[^]*response\.md[^]*行数\.txt[^]*is this image now/);
  assert.equal(model.questions[0].authorization, `Bearer ${KEY}`);

  await editConfig(join(folder, "config.toml"), {
    "server.base_url": server.url,
    "server.poll_interval_secs": 1,
    "disk.min_free": "64m",
    "disk.critical_free": "32m",
  });
  await ok(`agent-core register --token ${registrationToken}`);
  await ok("agent-core run-detached");
  cleanup.defer(() => author.sh("agent-core stop", folder).then(() => {}));
  const { id } = await server.submit({
    serviceId,
    prompt: "Count the plants.",
    files: [{ name: "标本.csv", content: "a,1\nb,2\nc,3\n" }],
  });
  const task = await server.waitFor(id, "ended", { timeoutMs: 120_000 });
  assert.equal(task.status, "completed", task.errorMessage ?? "");
  const texts = new Map<string, string>();
  for (const { name, id: file, createdBy } of server.files(id)) {
    if (createdBy !== "agent") continue;
    texts.set(name, new TextDecoder().decode(await server.fileBytes(file)));
  }
  assert.deepEqual([...texts], [
    ["output/response.md", "There are 3 plants. Key: ***\n"],
    ["output/行数.txt", "3\n"],
  ]);
  const all = JSON.stringify(task) + await ok(`agent-core logs ${id}; agent-core logs`);
  assert.ok(!all.includes(KEY), all);
});
