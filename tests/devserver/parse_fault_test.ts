import assert from "node:assert/strict";
import { FAULT_CALLS, FAULT_NAMES, parseFault, startDevServer } from "../../src/devserver/mod.ts";
import { agentOf } from "./support.ts";

const never = () => 0.999;

Deno.test("a fault: what, for which call, how often", () => {
  const parts = (text: string) => {
    const rule = parseFault(text, never);
    return rule && [rule.call, rule.effect.kind, rule.times, rule.when !== undefined];
  };
  assert.deepEqual(parts("503"), [undefined, "answer", Infinity, false]);
  assert.deepEqual(parts("slow:20%"), [undefined, "delay", Infinity, true]);
  assert.deepEqual(parts("upload=cut:1"), ["upload", "cut", 1, false]);
  assert.deepEqual(parts("client=hang:12"), ["client", "hang", 12, false]);
  for (const name of FAULT_NAMES) assert(parts(name), name);
  for (const call of FAULT_CALLS) assert.equal(parts(`${call}=429`)?.[0], call);
});

Deno.test("what is no fault", () => {
  const none = ["", "503:", "200", "399", "600", "5030", "503:0", "503:101%", "503:-1", "slow:1.5"];
  const unknown = ["cat", "constructor", "pol=503", "admin=503", "poll=", "=503", "503 ", "SLOW"];
  for (const text of [...none, ...unknown]) assert.equal(parseFault(text, never), undefined, text);
});

Deno.test("a share is by chance, a count is of the first ones", async () => {
  await using server = await startDevServer();
  const agent = agentOf(server, server.createAgent("first"));
  const draws = [0.19, 0.2, 0.05, 0.9];
  server.faults.inject(parseFault("poll=503:20%", () => draws.shift()!)!);
  const seen = [];
  while (draws.length > 0) seen.push((await agent.poll()).status);
  assert.deepEqual(seen, [503, 200, 503, 200]);
  server.faults.clear();
  server.faults.inject(parseFault("heartbeat=418:2", never)!);
  const beats = [];
  for (let count = 0; count < 3; count++) beats.push((await agent.heartbeat()).status);
  assert.deepEqual(beats, [418, 418, 200]);
});

Deno.test("each fault does to a request what the pages say", async () => {
  await using server = await startDevServer();
  const agent = agentOf(server, server.createAgent("first"));
  const accepted = async (fault: string) => {
    const { id } = await server.submit({ serviceId: agent.serviceId, prompt: "p" });
    server.faults.inject(parseFault(`accept=${fault}:1`, never)!);
    const answer = await agent.accept(id).catch(() => undefined);
    return [answer?.status, server.task(id)?.status];
  };
  assert.deepEqual(await accepted("451"), [451, "pending"]);
  assert.deepEqual(await accepted("cut"), [undefined, "pending"]);
  assert.deepEqual(await accepted("lost"), [undefined, "running"]);
  assert.deepEqual(await accepted("half"), [undefined, "running"]);
  assert.deepEqual(await accepted("page"), [502, "pending"]);
  assert.deepEqual(await accepted("garbage"), [200, "pending"]);
  const begin = performance.now();
  assert.deepEqual(await accepted("slow"), [200, "running"]);
  assert(performance.now() - begin > 4_900);
  server.faults.inject(parseFault("poll=hang", never)!);
  const { headers } = agent;
  const url = `${server.url}/api/v1/agent/${agent.serviceId}/poll`;
  const signal = AbortSignal.timeout(300);
  await assert.rejects(fetch(url, { method: "POST", headers, signal }), { name: "TimeoutError" });
});
