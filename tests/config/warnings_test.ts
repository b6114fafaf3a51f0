import assert from "node:assert/strict";
import { loadConfig } from "../../src/config/mod.ts";
import { inFolder, load, writeConfig } from "./with_config.ts";

/** Each text with the one warning that it earns, or none. */
const WARNED: readonly [text: string, words: RegExp | undefined][] = [
  [
    "[server]\npol_interval_secs = 5",
    /line 2: Unknown key server\.pol_interval_secs.*mean server\.poll_interval_secs/,
  ],
  ["[server]\nbase-url = 'x'", /mean server\.base_url/],
  ["[sever]\nbase_url = 'x'\nfoo = 1", /line 1: Unknown key sever.*mean server\?/],
  ["capacity = 4", /line 1: Unknown key capacity.*mean executor\.capacity/],
  ["[server]\ncapacity = 4", /mean executor\.capacity/],
  ["\"server.base_url\" = 'http://localhost:1'", /line 1: Unknown key "server\.base_url"/],
  ["[executor.gpu]\nvendor = 'amd'\ntasks_per_gpu = 2", /line 3: .*together with .*per_task/],
  ["[executor.gpu]\nvender = 'nvidia'", /mean executor\.gpu\.vendor/],
  [
    "[[paths.mounts]]\nhost='/a'\ncontainer='/b'\nread_only=true",
    /line 4: .*paths\.mounts\[0\]\.read_only.*readonly/,
  ],
  ["[meta]\ncreated = 2026-01-01", /Unknown key meta, ignored\.$/],
  ["__proto__ = 1", /Unknown key __proto__/],
  ["[server]\nconstructor = 1", /Unknown key server\.constructor/],
  ["[server.toString]\nx = 1", /Unknown key server\.toString/],
  ['"a\u202e\u0085" = 1', /Unknown key "a\\u\{202e\}\\u\{85\}", ignored/],
  ["[server]\nbase_url = 'http://10.0.0.1'", /line 2: .*travels in the clear/],
  ["[server]\nbase_url = 'http://127.example.org'", /in the clear/],
  ["[server]\nbase_url = 'http://localhost:1'", undefined],
  ["[server]\nbase_url = 'http://127.9.9.9:1'", undefined],
  ["[server]\nbase_url = 'http://[::1]:1'", undefined],
  ["[server]\nbase_url = 'https://10.0.0.1'", undefined],
  ["[executor]\nscript_path = '/a'", /executor\.script_path is used only with.*"bash", "python"/],
  ["[executor]\ncustom_args = ['/a']", /executor\.custom_args is used only with.*"custom"/],
  ["[sandbox]\ncapabilities = ['SYS_ADMIN', 'CHOWN']", /has SYS_ADMIN: /],
];

for (const [text, words] of WARNED) {
  Deno.test(`loadConfig() ${words ? "warns" : "is silent"} about ${JSON.stringify(text)}`, async () => {
    const { warnings } = await load(text);
    assert.deepEqual(warnings.length, words ? 1 : 0, JSON.stringify(warnings));
    if (words) assert.match(warnings[0]!.en, words);
  });
}

Deno.test("loadConfig() warns about a variable that is nearly one of its own", async () => {
  const env = { AGENT_CORE_SERVER_BASEURL: "x", AGENT_CORE_LANG: "en", AGENT_CORE_FOO: "x" };
  const { warnings } = await load("", { env });
  assert.equal(warnings.length, 1);
  assert.match(warnings[0]!.en, /AGENT_CORE_SERVER_BASEURL.*mean AGENT_CORE_SERVER_BASE_URL/);
});

Deno.test("loadConfig() gives at most 20 warnings of unknown keys", async () => {
  const { warnings } = await load(Array.from({ length: 999 }, (_, i) => `k${i} = 1`).join("\n"));
  assert.equal(warnings.length, 20);
});

Deno.test("loadConfig() warns when others may read the file", async () => {
  if (Deno.build.os === "windows") return;
  await inFolder(async (folder) => {
    const path = await writeConfig(folder, "");
    for (const [mode, warned] of [[0o600, 0], [0o400, 0], [0o640, 1], [0o602, 1]] as const) {
      await Deno.chmod(path, mode);
      const { warnings } = await loadConfig({ path, env: {} });
      assert.equal(warnings.length, warned, mode.toString(8));
    }
    const { warnings } = await loadConfig({ path, env: {} });
    assert.match(warnings[0]!.en, /mode 0602\)\. Run: chmod 600 ".*config\.toml"/);
    assert.deepEqual((await loadConfig({ path, env: {}, os: "windows" })).warnings, []);
  });
});
