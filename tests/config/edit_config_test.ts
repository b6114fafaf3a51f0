import assert from "node:assert/strict";
import { join } from "node:path";
import {
  assertReplaceable,
  ConfigMissing,
  defaultConfigText,
  editConfig,
  loadConfig,
} from "../../src/config/mod.ts";
import { Failure } from "../../src/i18n/mod.ts";
import { setInText } from "../../src/config/edit_text.ts";
import { inFolder, writeConfig } from "./with_config.ts";

/** Text, key and value, and the text that must come out; undefined: refused. */
const EDITS: readonly [
  before: string,
  key: string,
  value: string | number | boolean,
  after: string | undefined,
][] = [
  ["", "agent.name", "x", '[agent]\nname = "x"\n'],
  ["\ufeff", "agent.name", "x", '\ufeff[agent]\nname = "x"\n'],
  ["# only this", "agent.name", "x", '# only this\n\n[agent]\nname = "x"\n'],
  ["# a\r\n", "agent.name", "x", '# a\r\n\r\n[agent]\r\nname = "x"\r\n'],
  ["[agent]", "agent.name", "x", '[agent]\nname = "x"\n'],
  ["[agent] # me", "agent.name", "x", '[agent] # me\nname = "x"\n'],
  [
    "[agent]\nname = 'a' # mine\n\n# next\n[server]\n",
    "agent.name",
    'b"\\\n',
    '[agent]\nname = "b\\"\\\\\\n" # mine\n\n# next\n[server]\n',
  ],
  [
    "[agent]\r\n  name = 'a'\r\n\r\n# next\r\n[server]",
    "agent.service_id",
    "s",
    "[agent]\r\n  name = 'a'\r\n  service_id = \"s\"\r\n\r\n# next\r\n[server]",
  ],
  [
    "[agent]\n# service_id = \"\"\n# more\nname = 'a'\n",
    "agent.service_id",
    "s",
    '[agent]\n# service_id = ""\nservice_id = "s"\n# more\nname = \'a\'\n',
  ],
  [
    "[agent]\nname = '''\n# service_id = 1\n'''\n[server]\n# service_id = 2\n",
    "agent.service_id",
    "s",
    "[agent]\nname = '''\n# service_id = 1\n'''\nservice_id = \"s\"\n[server]\n# service_id = 2\n",
  ],
  ["agent.name = 'a'\n[x]\n", "agent.name", "b", 'agent.name = "b"\n[x]\n'],
  [
    "agent.name = 'a' # c\nx = 1\n[y]\n",
    "agent.api_key",
    "k",
    "agent.name = 'a' # c\nagent.api_key = \"k\"\nx = 1\n[y]\n",
  ],
  ["agent = { name = 'a' } # c\n", "agent.name", "b", 'agent = { name = "b" } # c\n'],
  ["agent = { name = 'a' }\n", "agent.api_key", "k", "agent = { name = 'a', api_key = \"k\" }\n"],
  ["agent = {}", "agent.api_key", "k", 'agent = { api_key = "k" }'],
  ["agent = { name = 'a', }", "agent.api_key", "k", "agent = { name = 'a', api_key = \"k\", }"],
  ["\"agent\" . 'name' = 'a'", "agent.name", "b", '"agent" . \'name\' = "b"'],
  ["[ 'agent' ]\n\"name\" = 'a'", "agent.name", "b", '[ \'agent\' ]\n"name" = "b"'],
  ["[executor.gpu]\n", "executor.capacity", 3, "[executor.gpu]\n\n[executor]\ncapacity = 3\n"],
  ["[executor]\n", "executor.gpu.vendor", "n", '[executor]\n\n[executor.gpu]\nvendor = "n"\n'],
  [
    "[executor]\ngpu.vendor = 'n'\n",
    "executor.gpu.devices",
    "all",
    "[executor]\ngpu.vendor = 'n'\ngpu.devices = \"all\"\n",
  ],
  [
    "[executor]\ngpu = { vendor = 'n' }\n",
    "executor.gpu.devices",
    "all",
    "[executor]\ngpu = { vendor = 'n', devices = \"all\" }\n",
  ],
  [
    "executor = { gpu.vendor = 'n' }",
    "executor.gpu.devices",
    "all",
    "executor = { gpu.vendor = 'n', gpu.devices = \"all\" }",
  ],
  [
    "[executor]\ngpu.vendor = 'n'\n",
    "executor.capacity",
    3,
    "[executor]\ngpu.vendor = 'n'\ncapacity = 3\n",
  ],
  [
    "executor.gpu.vendor = 'n'\n",
    "executor.capacity",
    3,
    "executor.gpu.vendor = 'n'\nexecutor.capacity = 3\n",
  ],
  [
    "[[paths.mounts]]\nhost = 'a'\n",
    "paths.data_dir",
    "d",
    "[[paths.mounts]]\nhost = 'a'\n\n[paths]\ndata_dir = \"d\"\n",
  ],
  [
    "[executor]\ncustom_args = [ # one\n  'a',\n]\n",
    "executor.capacity",
    1,
    "[executor]\ncustom_args = [ # one\n  'a',\n]\ncapacity = 1\n",
  ],
  [
    "[executor]\ncapacity = 0x10 # sixteen",
    "executor.capacity",
    1,
    "[executor]\ncapacity = 1 # sixteen",
  ],
  [
    "[sandbox]\ninit = true\ncpus = nan",
    "sandbox.init",
    false,
    "[sandbox]\ninit = false\ncpus = nan",
  ],
  ["[agent]\nname = ['a']", "agent.name", "b", '[agent]\nname = "b"'],
  // No place for the key, or not what was meant.
  ["agent = 3", "agent.name", "x", undefined],
  ["[[agent]]\nname = 'a'", "agent.name", "x", undefined],
  ["[agent.name]\nx = 1", "agent.name", "x", undefined],
  ["[agent]\nname = { a = 1 }", "agent.name", "x", undefined],
  ["a = 1 b = 2", "agent.name", "x", undefined],
  ["", "agent.name", "\ud800", undefined],
];

for (const [before, key, value, after] of EDITS) {
  Deno.test(`setInText() sets ${key} in ${JSON.stringify(before)}`, () => {
    assert.equal(setInText(before, key, value), after);
  });
}

const rename = (path: string) => editConfig(path, { "agent.name": "x" });

Deno.test("editConfig() replaces the file durably, for its owner alone", async () => {
  await inFolder(async (folder) => {
    const path = await writeConfig(folder, defaultConfigText("zh"));
    if (Deno.build.os !== "windows") await Deno.chmod(path, 0o644);
    await editConfig(path, { "agent.service_id": "svc_1", "agent.api_key": "ak_agent_2" });
    const text = await Deno.readTextFile(path);
    const expected = defaultConfigText("zh").replace('service_id = ""', 'service_id = "svc_1"')
      .replace('api_key = ""', 'api_key = "ak_agent_2"');
    assert.equal(text, expected);
    const { config, warnings } = await loadConfig({ path, env: {} });
    assert.equal(config.agent.apiKey, "ak_agent_2");
    assert.deepEqual(warnings, []);
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["config.toml"]);
  });
});

Deno.test("editConfig() follows a link and keeps it", async () => {
  await inFolder(async (folder) => {
    const target = await writeConfig(folder, "[agent]\n");
    const link = join(folder, "link.toml");
    await Deno.symlink(target, link);
    await editConfig(link, { "agent.name": "x" });
    assert.ok((await Deno.lstat(link)).isSymlink);
    assert.equal(await Deno.readTextFile(target), '[agent]\nname = "x"\n');
    await assertReplaceable(link);
    assert.ok((await Deno.lstat(link)).isSymlink);
  });
});

Deno.test("editConfig() keeps the owner of the file", async () => {
  if (Deno.build.os === "windows" || Deno.uid() !== 0) return;
  await inFolder(async (folder) => {
    const path = await writeConfig(folder, "");
    await Deno.chown(path, 12345, 23456);
    await editConfig(path, { "agent.name": "x" });
    const { uid, gid, mode } = await Deno.stat(path);
    assert.deepEqual([uid, gid, mode! & 0o777], [12345, 23456, 0o600]);
  });
});

Deno.test("editConfig() leaves a file alone that it cannot edit", async () => {
  await inFolder(async (folder) => {
    const path = await writeConfig(folder, "[agent]\nname = lab\n");
    const broken = await editConfig(path, { "agent.name": "x" }).catch((error) => error);
    assert.ok(broken instanceof Failure);
    assert.match(broken.text.en, /Cannot change .*config\.toml, line 2: agent\.name is lab/);
    await writeConfig(folder, "agent = 3\n");
    const noPlace = await editConfig(path, { "agent.name": "x" }).catch((error) => error);
    assert.match(noPlace.text.en, /Cannot set agent\.name in .*; the file is unchanged/);
    assert.equal(await Deno.readTextFile(path), "agent = 3\n");
    assert.match((await assertReplaceable(path).catch((error) => error)).text.en, /Cannot set/);
    const missing = join(folder, "none.toml");
    for (const step of [rename, assertReplaceable]) {
      assert.ok(await step(missing).catch((error) => error) instanceof ConfigMissing);
    }
  });
});

Deno.test("assertReplaceable() changes nothing", async () => {
  await inFolder(async (folder) => {
    const text = "\ufeff# c\r\n[agent]\r\n name='a'";
    const path = await writeConfig(folder, text);
    await assertReplaceable(path);
    assert.deepEqual(await Deno.readFile(path), new TextEncoder().encode(text));
  });
});

Deno.test("assertReplaceable() finds out that a file cannot be replaced", async () => {
  // A file that is a mount of its own can be written but not replaced, even by root.
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) return;
  await inFolder(async (folder) => {
    const path = await writeConfig(folder, "[agent]\n");
    const run = async (...args: string[]) => {
      const [command, ...rest] = args;
      const { success } = await new Deno.Command(command!, { args: rest, stderr: "null" }).output();
      return success;
    };
    assert.ok(await run("mount", "--bind", path, path), "mounting needs root with SYS_ADMIN");
    try {
      for (const step of [assertReplaceable, rename]) {
        const error = await step(path).catch((error) => error);
        assert.ok(error instanceof Failure, String(error));
        assert.match(error.text.en, /Cannot replace .*config\.toml: .*busy.*mount of its own/is);
      }
    } finally {
      await run("umount", path);
    }
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["config.toml"]);
  });
});
