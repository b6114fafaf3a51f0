import assert from "node:assert/strict";
import { startDevServer } from "../../src/devserver/mod.ts";
import { read } from "./support.ts";

interface Endpoint {
  readonly name: string;
  readonly method: string;
  readonly path: string;
}

Deno.test("GET /api/v1/discovery needs no key, and names only calls that there are", async () => {
  await using server = await startDevServer();
  const { status, json } = await read(await fetch(`${server.url}/api/v1/discovery`));
  assert.equal(status, 200);
  assert.deepEqual(Object.keys(json!), ["api", "auth", "design_principles", "endpoints"]);
  const { name, base_url } = json!.api as Record<string, unknown>;
  assert.deepEqual([name, base_url], ["OpenAaaS", "/api/v1"]);
  const endpoints = json!.endpoints as Endpoint[];
  assert.equal(endpoints.length, 10);
  for (const { name, method, path } of endpoints) {
    const url = server.url + path.replaceAll(/[{]\w+[}]/g, "x");
    const answer = await read(await fetch(url, { method }));
    // Refused for the missing key or body, not for the path or the method.
    assert.ok([401, 422].includes(answer.status), `${name}: ${answer.status}`);
  }
});

Deno.test("GET /status needs no key, and counts services and tasks", async () => {
  await using server = await startDevServer();
  server.createService("never registered");
  const { serviceId } = server.createAgent("lab");
  for (const status of ["pending", "pending", "running", "failed", "cancelled"] as const) {
    await server.submit({ serviceId, prompt: "x", status });
  }
  const { status, json } = await read(await fetch(`${server.url}/status`));
  assert.equal(status, 200);
  const { version, timestamp, ...rest } = json!;
  assert.equal(typeof version, "string");
  assert.ok(!Number.isNaN(Date.parse(String(timestamp))));
  assert.deepEqual(rest, {
    healthy: true,
    components: {},
    stats: {
      services: { online: 1, busy: 0, offline: 1, total: 2 },
      tasks: { pending: 2, running: 1, completed: 0, failed: 1, total: 5 },
    },
    alerts: [],
  });
});
