import assert from "node:assert/strict";
import { type Text, verbatim } from "../../src/i18n/mod.ts";
import type { Logger } from "../../src/log/mod.ts";
import {
  createConnectivity,
  retrying,
  ServerError,
  type ServerErrorKind,
} from "../../src/server/mod.ts";
import { SYSTEM_CLOCK } from "../../src/util/mod.ts";

const what = verbatim("upload of a.csv");
const never = new AbortController().signal;

function failure(kind: ServerErrorKind): ServerError {
  return new ServerError(verbatim(`it is ${kind}`), { kind, sent: "maybe" });
}

function recorder(): { log: Logger; lines: string[] } {
  const lines: string[] = [];
  const at = (level: string) => (text: Text) => void lines.push(`${level}: ${text.en}`);
  return {
    lines,
    log: { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") },
  };
}

/** Fails with each of these, then succeeds. */
function script(...failures: unknown[]): { attempt: () => Promise<string>; tries: () => number } {
  let tries = 0;
  return {
    tries: () => tries,
    attempt: () => {
      const error = failures[tries++];
      return error === undefined ? Promise.resolve("done") : Promise.reject(error);
    },
  };
}

Deno.test("outages and trouble with the credentials are tried through, with one line each", async () => {
  const { log, lines } = recorder();
  const outage = failure("outage");
  const { attempt, tries } = script(
    outage,
    outage,
    failure("timeout408"),
    failure("credentials"),
    failure("credentials"),
  );
  const options = { signal: never, what, log, baseMs: 1, maxMs: 3 };
  assert.equal(await retrying(attempt, options), "done");
  assert.equal(tries(), 6);
  assert.deepEqual(lines.map((line) => line.split(":")[0]), ["warn", "warn", "warn", "info"]);
  assert.match(lines[0], /upload of a\.csv.*it is outage/);
});

Deno.test("a final refusal and anybody else's error are thrown at once", async () => {
  for (const error of [failure("refused"), new TypeError("a bug"), new Deno.errors.NotFound("x")]) {
    const { attempt, tries } = script(error, undefined);
    await assert.rejects(retrying(attempt, { signal: never, what }), (thrown) => thrown === error);
    assert.equal(tries(), 1);
  }
});

Deno.test("the signal ends a wait and a try", async () => {
  const controller = new AbortController();
  const waiting = retrying(() => Promise.reject(failure("outage")), {
    signal: controller.signal,
    what,
    baseMs: 1e9,
    maxMs: 1e9,
    onTrouble: () => controller.abort("stop"),
  });
  await assert.rejects(waiting, (error) => error === "stop");
});

Deno.test("who waits for the Server goes on soon after it is back, and only then", async () => {
  const connectivity = createConnectivity();
  const { attempt, tries } = script(failure("outage"));
  const result = retrying(attempt, {
    signal: never,
    what,
    connectivity,
    baseMs: 1e9,
    maxMs: 1e9,
    clock: { ...SYSTEM_CLOCK, random: () => 0.01 },
    onTrouble: () => {
      // Somebody's upload succeeds: that does not end what never began.
      connectivity.succeeded(true);
      connectivity.failed(failure("outage"), true);
      assert.equal(connectivity.trouble?.kind, "outage");
      queueMicrotask(() => connectivity.succeeded(true));
    },
  });
  assert.equal(await result, "done");
  assert.equal(tries(), 2);
  assert.equal(connectivity.trouble, undefined);
  assert.match(connectivity.lastError!.text.en, /outage/);
});

Deno.test("only the regular calls decide whether the Server is there", () => {
  const connectivity = createConnectivity();
  const seen: (string | undefined)[] = [];
  connectivity.onChange((trouble) => seen.push(trouble?.kind));
  connectivity.failed(failure("outage"), false);
  assert.deepEqual(seen, []);
  connectivity.failed(failure("outage"), true);
  connectivity.failed(failure("outage"), true);
  connectivity.succeeded(false);
  assert.equal(connectivity.trouble?.kind, "outage");
  connectivity.failed(failure("credentials"), true);
  connectivity.succeeded(true);
  assert.deepEqual(seen, ["outage", "credentials", undefined]);
});
