import assert from "node:assert/strict";

import { Claim } from "../../../src/scheduler/task/claim.ts";

const never = new AbortController().signal;

/** Lets everything go on that waits for nothing but its turn. */
const turn = () => new Promise((resolve) => setTimeout(resolve));

Deno.test("a report waits for every answer of those who ask for the task", async () => {
  const claim = new Claim(false);
  const answers = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
  const asked = answers.map(({ promise }) => claim.ask(() => promise));
  let isReporting = false;
  const report = claim.beginReport().then(() => isReporting = true);
  answers[1].resolve("second");
  await turn();
  assert.equal(isReporting, false, "the first is not answered yet");
  answers[0].reject(new Error("cut"));
  await report;
  assert.equal(claim.isReporting, true);
  await assert.rejects(asked[0], /cut/);
  assert.equal(await asked[1], "second");
  claim.endReport();
  assert.equal(claim.isReporting, false);
});

Deno.test("a report waits for who begins to ask while it waits", async () => {
  const claim = new Claim(false);
  const [first, late] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  void claim.ask(() => first.promise);
  const report = claim.beginReport();
  void claim.ask(() => late.promise);
  first.resolve();
  await turn();
  assert.equal(claim.isReporting, false);
  late.resolve();
  await report;
  assert.equal(claim.isReporting, true);
});

Deno.test("whether a task has ended is asked once, and what starts it waits for the word", async () => {
  const claim = new Claim(true);
  assert.equal(claim.mayHaveEnded, true);
  let asked = 0;
  const question = async () => {
    asked++;
    await turn();
    claim.settle(true);
    return false;
  };
  const ended = claim.hasEnded(never);
  assert.deepEqual(await Promise.all([claim.askOnce(question), claim.askOnce(question)]), [
    false,
    false,
  ]);
  assert.equal(asked, 1);
  assert.equal(await ended, true);
  assert.equal(claim.mayHaveEnded, false);
});

Deno.test("a question that fails says that the task has not ended; a cancel does not wait for it", async () => {
  const claim = new Claim(true);
  const cancel = new AbortController();
  const waiting = claim.hasEnded(cancel.signal);
  cancel.abort(new Error("cancel"));
  await assert.rejects(waiting, /cancel/);
  await assert.rejects(claim.askOnce(() => Promise.reject(new Error("away"))), /away/);
  assert.equal(await claim.hasEnded(never), false);
  assert.equal(await new Claim(false).hasEnded(never), false);
});
