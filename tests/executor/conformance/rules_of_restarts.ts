import assert from "node:assert/strict";
import { until } from "../helpers.ts";
import type { Rule } from "./harness.ts";

/** What the engine's own going down and coming up does to runs. Each rule has an engine to itself. */
export const RULES_OF_RESTARTS: readonly Rule[] = [
  {
    name: "a run that goes down with the engine is lost, to an agent that was away then too",
    program: "sleeps",
    ownEngine: true,
    ifRuns: "end with it",
    async check({ executor, again, restartEngine, attempt: newAttempt, signal }) {
      const attempt = await newAttempt();
      const runId = await executor.create(attempt, signal);
      await executor.start(runId, signal);
      const captured = executor.log(attempt, runId, signal);
      const ended = executor.wait(runId, signal);
      await restartEngine();
      assert.deepEqual(await ended, { state: "lost", runId });
      await captured;
      await using later = again();
      assert.deepEqual(await later.wait(runId, signal), { state: "lost", runId });
      // What is left of it can be removed, and the next attempt is not lost with it.
      await executor.remove(runId, signal);
      const next = { ...attempt, attempt: 2 };
      const nextId = await executor.create(next, signal);
      await executor.start(nextId, signal);
      await executor.stop(nextId, 10, signal);
      assert.equal((await executor.wait(nextId, signal)).state, "exited");
    },
  },
  {
    name: "a run goes on while the engine is down, and all that it prints meanwhile is kept",
    program: "counts until it is asked to end",
    ownEngine: true,
    ifRuns: "outlive it",
    async check({ executor, again, restartEngine, attempt: newAttempt, signal }) {
      const attempt = await newAttempt();
      const runId = await executor.create(attempt, signal);
      await executor.start(runId, signal);
      const captured = executor.log(attempt, runId, signal);
      const ended = executor.wait(runId, signal);
      await restartEngine();
      assert.equal((await again().status(attempt, signal)).state, "running");
      const kept = async () =>
        (await Deno.readTextFile(attempt.logPath).catch(() => "")).trimEnd().split("\n");
      const before = (await kept()).length;
      await until(async () => (await kept()).length > before + 10, "more output");
      await executor.stop(runId, 10, signal);
      const end = await ended;
      assert.ok(end.state === "exited" && end.exitCode === 9 && !end.isDoubtful);
      await captured;
      const lines = await kept();
      assert.deepEqual(lines, [...lines.slice(0, -1).map((_, n) => String(n)), "bye"]);
    },
  },
  {
    name: "a run that was made before a restart of the engine can be started after it",
    program: "sleeps",
    ownEngine: true,
    async check({ executor, restartEngine, attempt: newAttempt, signal }) {
      const attempt = await newAttempt();
      const runId = await executor.create(attempt, signal);
      await restartEngine();
      assert.deepEqual(await executor.status(attempt, signal), { state: "created", runId });
      await executor.start(runId, signal);
      await executor.stop(runId, 10, signal);
      assert.equal((await executor.wait(runId, signal)).state, "exited");
    },
  },
];
