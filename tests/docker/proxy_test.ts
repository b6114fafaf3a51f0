import assert from "node:assert/strict";
import { withTestEngine } from "../support/engine.ts";
import { startRelay } from "./relay.ts";

const DEAD = "http://127.0.0.1:1";
const SCRIPT = `
import { findEngine } from ${JSON.stringify(import.meta.resolve("../../src/docker/mod.ts"))};
const env = Deno.env.toObject();
await using engine = await findEngine({ env, host: Deno.args[0] });
await engine.info();
console.log(engine.apiVersion, Deno.env.get("NO_PROXY"), Deno.env.get("http_proxy"));
`;

/** Runs {@linkcode SCRIPT} the way that this test runs, under these variables. */
async function child(host: string, proxies: Record<string, string>): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "agent-core-" });
  try {
    await Deno.writeTextFile(`${folder}/main.ts`, SCRIPT);
    const map = import.meta.resolve("../../offline/import_map.json");
    const config = new URL(import.meta.resolve("../../deno.json")).pathname;
    const offline = !import.meta.resolve("@std/path").startsWith("jsr:");
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "-A", "--quiet", "--no-lock", "--cached-only", "--config", config],
        ...(offline ? ["--import-map", map] : []),
        ...[`${folder}/main.ts`, host],
      ],
      env: proxies,
    }).output();
    return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("no proxy variable touches the way to the engine, nor is it changed by it", () =>
  withTestEngine(async ({ endpoint, apiVersion }) => {
    assert.ok(endpoint.kind === "unix", "this test needs an engine on a unix socket");
    await using relay = startRelay(endpoint.path);
    const dead = { HTTP_PROXY: DEAD, http_proxy: DEAD, ALL_PROXY: DEAD, https_proxy: DEAD };
    const cases = ["*", "localhost", "", "127.0.0.1"].map((no) => ({ ...dead, NO_PROXY: no }));
    for (const host of [`unix://${endpoint.path}`, `tcp://127.0.0.1:${relay.port}`]) {
      for (const proxies of cases) {
        const said = await child(host, proxies);
        assert.equal(said.trim(), `${apiVersion} ${proxies.NO_PROXY} ${DEAD}`, host);
      }
    }
  }));
