import assert from "node:assert/strict";
import { program } from "./support/program.ts";

Deno.test("dev-server --fault: requests go wrong over HTTP, and the log says so", async () => {
  const [command, ...first] = program();
  await using server = new Deno.Command(command, {
    args: [...first, "dev-server", "--port", "0", "--fault", "client=503:2", "--fault", "poll=cut"],
    env: { AGENT_CORE_LANG: "en", NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const log = new Response(server.stderr).text();
  let said = "";
  const reader = server.stdout.pipeThrough(new TextDecoderStream()).getReader();
  while (!said.includes("Ctrl+C")) said += (await reader.read()).value ?? assert.fail(said);
  await reader.cancel();
  const [url] = /http:\S+/.exec(said)!;
  const [, key] = /client key +(\S+)/.exec(said)!;
  const headers = { authorization: `Bearer ${key}` };
  const statuses = [];
  for (const path of ["/health", ...Array(3).fill("/api/v1/client/services")]) {
    const answer = await fetch(url + path, { headers });
    statuses.push(answer.status);
    await answer.body?.cancel();
  }
  assert.deepEqual(statuses, [200, 503, 503, 200]);
  server.kill("SIGINT");
  assert.equal((await server.status).code, 0);
  const faults = (await log).split("\n").filter((line) => line.includes("answered with 503"));
  assert.equal(faults.length, 2, await log);
});
