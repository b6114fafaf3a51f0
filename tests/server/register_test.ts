import assert from "node:assert/strict";
import { type DevServer, type FaultEffect, startDevServer } from "../../src/devserver/mod.ts";
import { effect } from "../support/effects.ts";
import { register, RegisterError, type RegisterReason } from "../../src/server/mod.ts";

async function failsWith(
  reason: RegisterReason,
  baseUrl: string,
  token: string,
  more: { callMs?: number } = {},
): Promise<string> {
  let message = "";
  await assert.rejects(register({ baseUrl, token, capacity: 2, ...more }), (error) => {
    assert.ok(error instanceof RegisterError, String(error));
    assert.equal(error.reason, reason);
    assert.ok(!`${error.text.zh}${error.text.en}${error.stack}${error.cause}`.includes(token));
    assert.ok(error.message.includes(baseUrl));
    message = error.message;
    return true;
  });
  return message;
}

const registrations = (server: DevServer) =>
  server.requests.filter(({ call }) => call === "register").length;

Deno.test("a token is traded for an id and a key, once", async () => {
  await using server = await startDevServer();
  const { id, registrationToken } = server.createService("weather");
  const token = ` ${registrationToken}\n`;
  const answer = await register({ baseUrl: `${server.url}/`, token, capacity: 2 });
  assert.equal(answer.serviceId, id);
  assert.equal(answer.name, "weather");
  assert.match(answer.apiKey, /^ak_agent_/);
  await failsWith("unknown_token", server.url, registrationToken);
  await failsWith("unknown_token", server.url, "rt_wrong");
});

Deno.test("an older Server's 409 and a revoked service's 403", async () => {
  await using server = await startDevServer({ older: true });
  const first = server.createService("a");
  await register({ baseUrl: server.url, token: first.registrationToken, capacity: 1 });
  await failsWith("already_registered", server.url, first.registrationToken);
  const second = server.createService("b");
  server.revoke(second.id);
  await failsWith("revoked", server.url, second.registrationToken);
});

Deno.test("each trouble has its own reason; none is tried again by itself", async () => {
  await using server = await startDevServer();
  const { registrationToken: token } = server.createService("a");
  const cases: [fault: FaultEffect, reason: RegisterReason][] = [
    [effect.error(401), "unknown_token"],
    [effect.error(404), "unknown_token"],
    [effect.error(403), "revoked"],
    [effect.error(409), "already_registered"],
    [effect.error(400), "refused"],
    [effect.error(429), "rate_limited"],
    [effect.error(500), "lost_answer"],
    [effect.page(502), "lost_answer"],
    [effect.text(408, ""), "lost_answer"],
    [effect.page(200), "not_a_server"],
    [effect.page(404), "not_a_server"],
    [effect.page(403), "not_a_server"],
    [effect.text(422), "not_a_server"],
    [effect.wrongShape({ ok: true }), "not_a_server"],
    [effect.wrongShape({ service_id: "s", api_key: "k\r\nX: y" }), "not_a_server"],
    [effect.garbage(), "not_a_server"],
    [effect.redirect("https://elsewhere.example/login"), "not_a_server"],
    [effect.cutAtStart, "lost_answer"],
    [effect.loseAnswer, "lost_answer"],
    [effect.hang("start"), "lost_answer"],
  ];
  const messages = new Set<string>();
  for (const [fault, reason] of cases) {
    server.faults.inject({ call: "register", effect: fault });
    const before = registrations(server);
    messages.add(await failsWith(reason, server.url, token, { callMs: 400 }));
    assert.equal(registrations(server), before + 1);
  }
  assert.ok(messages.size >= 9, "each reason has its own words");
});

Deno.test("a Server that repeats the token in its refusal does not get it into the message", async () => {
  await using server = await startDevServer();
  const token = "rt_very_secret";
  server.faults.inject({ call: "register", effect: effect.error(400, "Bad", `no: ${token}`) });
  const message = await failsWith("refused", server.url, token);
  assert.match(message, /no: \*\*\*/);
});

Deno.test("no connection: the token was not used", async () => {
  await using server = await startDevServer();
  const { url } = server;
  await server.pause();
  assert.match(await failsWith("unreachable", url, "rt_x"), /was not used/);
  await failsWith("unreachable", "http://no-such-host.invalid", "rt_x");
});
