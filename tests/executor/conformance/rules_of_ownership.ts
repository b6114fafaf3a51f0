import assert from "node:assert/strict";

import { Failure } from "../../../src/i18n/mod.ts";
import type { Rule } from "./harness.ts";

/** Whose a run is, and which one. */
export const RULES_OF_OWNERSHIP: readonly Rule[] = [
  {
    name: "create removes its own earlier attempt's run, and not a later one's",
    program: "sleeps",
    async check({ executor, has, attempt: newAttempt, signal }) {
      const first = await newAttempt();
      const second = { ...first, attempt: 2 };
      const firstId = await executor.create(first, signal);
      await executor.start(firstId, signal);
      const secondId = await executor.create(second, signal);
      assert.notEqual(secondId, firstId);
      assert.equal(await has(firstId), false);
      assert.deepEqual((await executor.list(signal)).map(({ runId }) => runId), [secondId]);
      assert.deepEqual(await executor.status(first, signal), { state: "absent" });
      await assert.rejects(executor.create(first, signal), Failure);
    },
  },
  {
    name: "another agent's run of the same task is neither taken over nor touched",
    program: "does nothing",
    async check({ executor, stranger, attempt: newAttempt, signal }) {
      const attempt = await newAttempt();
      const runId = await executor.create(attempt, signal);
      const other = stranger();
      await assert.rejects(other.create(attempt, signal), Failure);
      await assert.rejects(other.create({ ...attempt, attempt: 2 }, signal), Failure);
      assert.deepEqual(await other.status(attempt, signal), { state: "absent" });
      assert.deepEqual(await other.status({ ...attempt, runId }, signal), { state: "absent" });
      assert.deepEqual(await other.list(signal, { ofAnyOwner: true }), []);
      await other.removeLeftovers(signal);
      assert.deepEqual(await executor.status(attempt, signal), { state: "created", runId });
    },
  },
  {
    name: "an aborted create can be repeated",
    program: "does nothing",
    async check({ executor, again, attempt: newAttempt, signal }) {
      for (const ms of [0, 1, 3, 10, 30]) {
        const attempt = await newAttempt();
        const aborting = new AbortController();
        const created = executor.create(attempt, aborting.signal);
        setTimeout(() => aborting.abort(new Error("cut")), ms);
        await created.catch(() => {});
        const runId = await again().create(attempt, signal);
        const seen = await executor.status(attempt, signal);
        assert.deepEqual(seen, { state: "created", runId });
      }
    },
  },
  {
    name: "list has this agent's runs and nobody else's, whatever their ids",
    program: "sleeps",
    async check({ executor, stranger, attempt: newAttempt, signal }) {
      const odd = { ...await newAttempt(), taskId: "../../a b\n" + "中".repeat(500) };
      const plain = await newAttempt(undefined, 2);
      const oddId = await executor.create(odd, signal);
      const plainId = await executor.create(plain, signal);
      await executor.start(plainId, signal);
      const other = stranger();
      await other.create(await newAttempt(), signal);
      const byId = (a: { runId: string }, b: { runId: string }) => a.runId < b.runId ? -1 : 1;
      const { taskId, workspace } = plain;
      assert.deepEqual(
        (await executor.list(signal)).sort(byId),
        [
          {
            taskId: odd.taskId,
            attempt: 1,
            workspace: odd.workspace,
            runId: oddId,
            state: "created",
          },
          { taskId, attempt: 2, workspace, runId: plainId, state: "running" },
        ].sort(byId),
      );
      assert.equal((await other.list(signal)).length, 1);
      assert.equal((await executor.status(odd, signal)).state, "created");
    },
  },
  {
    name: "runs of another owner are not listed, those that do not say whose they are may be",
    program: "sleeps",
    async check({ executor: silent, again, attempt: newAttempt, signal }) {
      const [mine, theirs] = [again({ owner: "mine" }), again({ owner: "theirs" })];
      const ids = new Map<string, string>();
      for (const [name, executor] of Object.entries({ mine, theirs, silent })) {
        ids.set(await executor.create(await newAttempt(), signal), name);
      }
      const seen = async (executor: typeof mine, ofAnyOwner = false) =>
        (await executor.list(signal, { ofAnyOwner })).map(({ runId }) => ids.get(runId)).sort();
      assert.deepEqual(await seen(mine), ["mine", "silent"]);
      assert.deepEqual(await seen(theirs), ["silent", "theirs"]);
      assert.deepEqual(await seen(mine, true), ["mine", "silent", "theirs"]);
      for (const runId of ids.keys()) await silent.remove(runId);
      assert.deepEqual(await seen(mine, true), []);
    },
  },
];
