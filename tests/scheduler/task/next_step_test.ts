import assert from "node:assert/strict";

import type { RunStatus } from "../../../src/executor/mod.ts";
import type { AttemptRow, State } from "../../../src/journal/mod.ts";
import { nextStep } from "../../../src/scheduler/task/next_step.ts";

const ROW: AttemptRow = {
  id: 1,
  baseUrl: "http://s",
  serviceId: "svc",
  taskId: "t",
  attempt: 1,
  losses: 0,
  state: "accepting",
  task: {},
  folder: "t",
  runId: null,
  runRemoved: false,
  startedAt: null,
  startedUp: null,
  gpus: null,
  endedAt: null,
  exitCode: null,
  endedBy: null,
  problem: null,
  cancelledAt: null,
  report: null,
  knownIds: null,
  completeUnanswered: false,
  troubleMs: 0,
  cleaned: false,
  discarded: false,
  createdAt: 0,
  updatedAt: 0,
};
const absent: RunStatus = { state: "absent" };
const created: RunStatus = { state: "created", runId: "c" };
const running: RunStatus = { state: "running", runId: "c", startedAt: 0 };
const exited: RunStatus = {
  state: "exited",
  runId: "c",
  exitCode: 0,
  oomKilled: false,
  startedAt: 0,
  finishedAt: 1,
};

const step = (state: State, status: RunStatus = absent, change: Partial<AttemptRow> = {}) =>
  nextStep({ ...ROW, state, ...change }, status);

Deno.test("every state goes on from where it was", () => {
  const table: [State, RunStatus, string][] = [
    ["accepting", absent, "accept"],
    ["accepted", absent, "prepare"],
    ["prepared", absent, "create"],
    ["prepared", created, "start"],
    ["prepared", running, "wait"],
    ["prepared", exited, "wait"],
    ["created", created, "start"],
    ["created", running, "wait"],
    ["created", exited, "wait"],
    ["created", absent, "renew"],
    ["running", running, "wait"],
    ["running", exited, "wait"],
    ["running", absent, "renew"],
    ["exited", absent, "collect"],
    ["collected", absent, "deliver"],
    ["reporting", absent, "deliver"],
    ["delivered", absent, "rest"],
    ["undeliverable", absent, "rest"],
    ["lost", absent, "rest"],
  ];
  for (const [state, status, expected] of table) {
    assert.equal(step(state, status), expected, `${state} + ${status.state}`);
  }
});

Deno.test("a run that is lost a second time is not run a third", () => {
  assert.equal(step("running", absent, { losses: 1 }), "collect");
  assert.equal(step("created", absent, { losses: 1 }), "collect");
});

Deno.test("a run that was to end anyway is not run again when it is gone", () => {
  assert.equal(step("running", absent, { endedBy: "timeout" }), "collect");
  assert.equal(step("running", absent, { endedBy: "disk" }), "collect");
});

Deno.test("a cancel is seen in every state until it was reported", () => {
  const cancelledAt = 5;
  const states: State[] = ["accepted", "prepared", "created", "running", "exited", "collected"];
  for (const state of states) {
    assert.equal(step(state, running, { cancelledAt }), "abandon", state);
  }
  assert.equal(step("reporting", absent, { cancelledAt }), "abandon");
  assert.equal(step("accepting", absent, { cancelledAt }), "accept");
  const report = { status: "cancelled", output: null, errorMessage: null } as const;
  assert.equal(step("collected", absent, { cancelledAt, report }), "deliver");
  assert.equal(step("delivered", absent, { cancelledAt, report }), "rest");
});
