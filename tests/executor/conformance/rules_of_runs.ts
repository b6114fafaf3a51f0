import assert from "node:assert/strict";

import { StartRefused } from "../../../src/executor/mod.ts";
import type { Rule } from "./harness.ts";

/** From create to the end. */
export const RULES_OF_RUNS: readonly Rule[] = [
  {
    name: "an engine that is ready says so, and what it is",
    program: "does nothing",
    async check({ executor, warnings: usual, signal }) {
      const warnings = (await executor.prepare({ signal })).map(({ en }) => en);
      if (usual) assert.ok(warnings.length === 1 && usual.test(warnings[0]), warnings.join());
      else assert.deepEqual(warnings, []);
      assert.equal(await executor.obstacle(signal), undefined);
      const { name, version } = await executor.describe(signal);
      assert.match(`${name} ${version}`, /^[A-Za-z]+ \d/);
    },
  },
  {
    name: "create adopts its own attempt's run, created or running",
    program: "sleeps",
    async check({ executor, again, attempt: newAttempt, signal }) {
      const attempt = await newAttempt();
      const runId = await executor.create(attempt, signal);
      assert.equal(await again().create(attempt, signal), runId);
      await executor.start(runId, signal);
      await executor.start(runId, signal);
      assert.equal(await again().create(attempt, signal), runId);
      assert.equal((await executor.status(attempt, signal)).state, "running");
    },
  },
  {
    name: "an exit code is told, and when it was, to an agent that was restarted too",
    program: "has last words",
    async check({ run, again, attempt: newAttempt, signal }) {
      const attempt = await newAttempt();
      const { end, runId } = await run(attempt);
      assert.ok(end.state === "exited" && end.exitCode === 4 && !end.failedToStart);
      assert.ok(!end.oomKilled && end.finishedAt >= end.startedAt);
      assert.ok(Math.abs(end.startedAt - Date.now()) < 60_000);
      assert.deepEqual(await again().status(attempt, signal), end);
      assert.deepEqual(await again().wait(runId, signal), end);
    },
  },
  {
    name: "a missing command is a failed start, not an error",
    program: "is missing",
    async check({ executor, again, attempt: newAttempt, signal }) {
      const attempt = await newAttempt();
      const runId = await executor.create(attempt, signal);
      await executor.start(runId, signal);
      const end = await executor.wait(runId, signal);
      assert.ok(end.state === "exited" && end.exitCode === 127 && end.failedToStart);
      // An agent that was restarted in between sees the same, once it has tried the start where the engine
      // has kept no trace of it.
      const later = again();
      if ((await later.status(attempt, signal)).state === "created") {
        await later.start(runId, signal);
      }
      const seen = await later.status(attempt, signal);
      assert.ok(seen.state === "exited" && seen.failedToStart && seen.exitCode === 127);
      await executor.log(attempt, runId, signal);
    },
  },
  {
    name: "a start that the machine is to blame for is refused, and can be made again",
    program: "does nothing",
    async check({ executor, again, attempt: newAttempt, signal }) {
      const attempt = await newAttempt();
      const runId = await executor.create(attempt, signal);
      await Deno.rename(attempt.workspace, `${attempt.workspace}.away`);
      await assert.rejects(executor.start(runId, signal), StartRefused);
      assert.deepEqual(await again().status(attempt, signal), { state: "created", runId });
      await Deno.rename(`${attempt.workspace}.away`, attempt.workspace);
      await executor.start(runId, signal);
      const end = await executor.wait(runId, signal);
      assert.ok(end.state === "exited" && !end.failedToStart);
    },
  },
  {
    name: "stop ends a run within its grace time, also an ended or a removed one",
    program: "says bye when it is asked to end",
    async check({ executor, attempt: newAttempt, signal }) {
      const attempt = await newAttempt();
      const runId = await executor.create(attempt, signal);
      await executor.start(runId, signal);
      const captured = executor.log(attempt, runId, signal);
      const running = await executor.status(attempt, signal);
      assert.ok(running.state === "running");
      assert.ok(Math.abs(running.startedAt - Date.now()) < 60_000);
      const usage = await executor.usage(runId);
      assert.ok((usage?.memory ?? 0) > 0);
      const ended = executor.wait(runId, signal);
      await executor.stop(runId, 10, signal);
      const end = await ended;
      assert.ok(end.state === "exited" && end.exitCode === 9);
      await captured;
      assert.equal((await executor.tails(attempt)).stdout, "bye\n");
      await executor.stop(runId, 10, signal);
      await executor.remove(runId);
      await executor.remove(runId);
      await executor.stop(runId, 10, signal);
      assert.deepEqual(await executor.wait(runId, signal), { state: "absent" });
      assert.deepEqual(await executor.status(attempt, signal), { state: "absent" });
    },
  },
  {
    name: "stop kills a run that does not end by itself",
    program: "does not end when it is asked to",
    async check({ executor, attempt: newAttempt, signal }) {
      const attempt = await newAttempt();
      const runId = await executor.create(attempt, signal);
      await executor.start(runId, signal);
      const began = performance.now();
      await executor.stop(runId, 1, signal);
      const seconds = (performance.now() - began) / 1000;
      assert.ok(seconds > 0.9 && seconds < 10, `${seconds} s`);
      const end = await executor.wait(runId, signal);
      assert.ok(end.state === "exited" && end.exitCode === 137);
    },
  },
  {
    name: "a run that somebody removes is absent",
    program: "sleeps",
    async check({ executor, removeBehind, attempt: newAttempt, signal }) {
      // Only every so often it looks killed before it is gone.
      for (let i = 0; i < 5; i++) {
        const attempt = await newAttempt();
        const runId = await executor.create(attempt, signal);
        await executor.start(runId, signal);
        const captured = executor.log(attempt, runId, signal);
        const ended = executor.wait(runId, signal);
        await removeBehind(runId);
        assert.deepEqual(await ended, { state: "absent" });
        await captured;
      }
    },
  },
  {
    name: "a run that somebody kills has ended by itself",
    program: "sleeps",
    async check({ executor, kill, attempt: newAttempt, signal }) {
      const attempt = await newAttempt();
      const runId = await executor.create(attempt, signal);
      await executor.start(runId, signal);
      const ended = executor.wait(runId, signal);
      await kill(runId);
      const end = await ended;
      assert.ok(end.state === "exited" && end.exitCode === 137 && !end.oomKilled);
    },
  },
  {
    name: "an aborted wait leaves the run alone",
    program: "sleeps",
    async check({ executor, attempt: newAttempt, signal }) {
      const attempt = await newAttempt();
      const runId = await executor.create(attempt, signal);
      await executor.start(runId, signal);
      const stopping = new AbortController();
      const ended = executor.wait(runId, stopping.signal);
      const captured = executor.log(attempt, runId, stopping.signal);
      stopping.abort(new Error("enough"));
      await Promise.all([assert.rejects(ended, /enough/), assert.rejects(captured, /enough/)]);
      assert.equal((await executor.status(attempt, signal)).state, "running");
    },
  },
];
