import assert from "node:assert/strict";
import { createDirectHttpClient, detachProxyEnvironment } from "../../src/util/mod.ts";

const NAMES = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"]
  .flatMap((name) => [name, name.toLowerCase()]);

/** Runs `body` with just these variables, and puts the real ones back. */
async function withVariables(set: Record<string, string>, body: () => Promise<void> | void) {
  const before = NAMES.map((name) => [name, Deno.env.get(name)] as const);
  for (const name of NAMES) Deno.env.delete(name);
  for (const [name, value] of Object.entries(set)) Deno.env.set(name, value);
  try {
    await body();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) Deno.env.delete(name);
      else Deno.env.set(name, value);
    }
  }
}

Deno.test("takes the proxies out of the environment, the lower-case ones first", () =>
  withVariables({ http_proxy: "http://a", HTTP_PROXY: "http://b", NO_PROXY: "*" }, () => {
    assert.deepEqual(detachProxyEnvironment(), { http: "http://a", no: "*" });
    for (const name of NAMES) assert.equal(Deno.env.get(name), undefined);
    assert.deepEqual(detachProxyEnvironment(), {});
  }));

Deno.test("a direct client goes past every proxy and leaves the environment alone", () =>
  withVariables({ HTTP_PROXY: "http://127.0.0.1:1", ALL_PROXY: "http://127.0.0.1:1" }, async () => {
    const server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      () => new Response("direct"),
    );
    const url = `http://127.0.0.1:${server.addr.port}/`;
    {
      using client = createDirectHttpClient({});
      assert.equal(await (await fetch(url, { client })).text(), "direct");
      using obedient = Deno.createHttpClient({});
      await assert.rejects(fetch(url, { client: obedient }));
    }
    assert.equal(Deno.env.get("HTTP_PROXY"), "http://127.0.0.1:1");
    await server.shutdown();
  }));
