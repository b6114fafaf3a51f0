import assert from "node:assert/strict";

import { pollDelay } from "../../src/scheduler/poll_pace.ts";

Deno.test("polls at once while tasks come and there is room", () => {
  assert.equal(pollDelay({ pollIntervalSecs: 5, now: 0, more: true }), 0);
});

Deno.test("polls by the interval when nothing happens", () => {
  assert.equal(pollDelay({ pollIntervalSecs: 5, now: 0, more: false }), 5000);
  assert.equal(
    pollDelay({ pollIntervalSecs: 5, now: 90_000, lastActivity: 30_000, more: false }),
    5000,
  );
});

Deno.test("polls five times as often for a minute after an accept or completion", () => {
  const now = 59_999;
  assert.equal(pollDelay({ pollIntervalSecs: 10, now, lastActivity: 0, more: false }), 2000);
});

Deno.test("never polls more than once a second, nor slower than the interval", () => {
  assert.equal(pollDelay({ pollIntervalSecs: 3, now: 1, lastActivity: 0, more: false }), 1000);
  assert.equal(pollDelay({ pollIntervalSecs: 1, now: 1, lastActivity: 0, more: false }), 1000);
});
