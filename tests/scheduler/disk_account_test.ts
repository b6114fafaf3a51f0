import assert from "node:assert/strict";

import { DiskAccount } from "../../src/scheduler/disk_account.ts";

const look = (free: number, uses: Record<string, number> = {}) => ({
  free,
  uses: new Map(Object.entries(uses)),
});
const marks = { low: 2000, critical: 500 };

Deno.test("who has taken most since the disk had room is stopped, not who has most", () => {
  const account = new DiskAccount<string>(marks);
  assert.equal(account.judge(look(3000, { large: 9000, small: 10 })), "room");
  assert.equal(account.judge(look(1500, { large: 9100, small: 1200 })), "room");
  assert.deepEqual(account.judge(look(400, { large: 9200, small: 2300 })), { stop: "small" });
});

Deno.test("one that came after the last look with room has taken all that it has", () => {
  const account = new DiskAccount<string>(marks);
  account.judge(look(3000, { large: 9000 }));
  const verdict = account.judge(look(400, { large: 9010, young: 2500 }));
  assert.deepEqual(verdict, { stop: "young" });
});

Deno.test("nobody is stopped where what the runs take does not explain what is missing", () => {
  const account = new DiskAccount<string>(marks);
  account.judge(look(3000, { large: 9000, small: 10 }));
  assert.equal(account.judge(look(400, { large: 9300, small: 310 })), "unexplained");
  assert.equal(account.judge(look(300, { large: 9300, small: 310 })), "unexplained");
  assert.equal(account.judge(look(3000, { large: 9300, small: 310 })), "room");
});

Deno.test("of an agent that starts on a full disk no task is stopped for what was there before", () => {
  const account = new DiskAccount<string>(marks);
  assert.equal(account.judge(look(400, { large: 9000 })), "unexplained");
  assert.equal(account.judge(look(390, { large: 9010 })), "unexplained");
  assert.deepEqual(account.judge(look(300, { large: 9100 })), { stop: "large" });
});

Deno.test("after a stop its room is waited for, and the next goes only for what it takes since", () => {
  const account = new DiskAccount<string>(marks);
  account.judge(look(3000, {}));
  assert.deepEqual(account.judge(look(400, { a: 1800, b: 800 })), { stop: "a" });
  assert.equal(account.judge(look(390, { a: 1800, b: 810 })), "expected");
  assert.equal(account.judge(look(210, { b: 980 })), "expected");
  assert.deepEqual(account.judge(look(190, { b: 1010 })), { stop: "b" });
});
