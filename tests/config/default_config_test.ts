import assert from "node:assert/strict";
import { defaultConfigText } from "../../src/config/mod.ts";
import { configKeys } from "./config_keys.ts";
import { load } from "./with_config.ts";

for (const lang of ["zh", "en"] as const) {
  Deno.test(`the default file (${lang}) says what an empty one means, without a warning`, async () => {
    const { config, warnings } = await load(defaultConfigText(lang));
    assert.deepEqual(warnings, []);
    const empty = (await load("")).config;
    // Each lies in a folder of its own.
    const paths = { ...empty.paths, dataDir: config.paths.dataDir };
    assert.deepEqual(config, { ...empty, paths });
  });

  Deno.test(`the default file (${lang}) names and explains every key`, () => {
    const text = defaultConfigText(lang);
    for (const { key, about } of configKeys()) {
      const name = key.slice(key.lastIndexOf(".") + 1);
      const shown = key === "paths.mounts" ? "# [[paths.mounts]]" : `${name} = `;
      assert.ok(
        text.includes(`
${shown}`) || text.includes(`
# ${shown}`),
        key,
      );
      assert.ok(text.includes(`# ${about[lang]}\n`), key);
    }
    for (const line of text.split("\n")) assert.ok(line.trimEnd() === line, `"${line}"`);
  });

  Deno.test(`what the default file (${lang}) has commented out works too`, async () => {
    const text = defaultConfigText(lang)
      .replaceAll(/^# ([a-z_]+ = |\[)/gm, "$1")
      .replace('executor_type = "standard"', 'executor_type = "custom"')
      .replace(/^script_path/m, "# script_path");
    const { config, warnings } = await load(text);
    assert.deepEqual(warnings, []);
    assert.equal(config.executor.memoryLimit, 4 * 1024 ** 3);
    assert.equal(config.paths.mounts.length, 1);
    assert.equal(config.sandbox.runtime, "runsc");
    assert.deepEqual(config.executor.gpu, {
      vendor: "nvidia",
      devices: "all",
      perTask: 1,
      tasksPerGpu: 1,
    });
  });
}

Deno.test("the default file takes values", async () => {
  const { config } = await load(defaultConfigText("en", {
    "server.base_url": "https://a.example",
    "paths.data_dir": '/srv/"odd\\name',
    "executor.capacity": 7,
    "executor.gpu.vendor": "nvidia",
    "agent.service_id": "svc",
    "sandbox.init": false,
  }));
  assert.equal(config.server.baseUrl, "https://a.example");
  assert.equal(config.paths.dataDir, '/srv/"odd\\name');
  assert.equal(config.executor.capacity, 7);
  assert.equal(config.executor.gpu?.vendor, "nvidia");
  assert.equal(config.agent.serviceId, "svc");
  assert.equal(config.sandbox.init, false);
});

Deno.test("no two keys share an environment variable", () => {
  assert.equal(new Set(configKeys().map(({ env }) => env)).size, configKeys().length);
});
