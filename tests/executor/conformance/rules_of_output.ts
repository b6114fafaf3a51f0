import assert from "node:assert/strict";
import { join } from "@std/path";
import { unpackTar } from "modern-tar";

import type { Rule } from "./harness.ts";
import { LINES } from "./programs.ts";

/** What a run prints and writes. */
export const RULES_OF_OUTPUT: readonly Rule[] = [
  {
    name: "output without a line break, in Chinese, and none at all",
    program: "prints without a line break",
    async check({ executor, run, attempt: newAttempt }) {
      const attempt = await newAttempt();
      // Following alone misses something every so often.
      for (let i = 0; i < 10; i++) {
        const attempt = await newAttempt();
        await run(attempt);
        assert.equal((await executor.tails(attempt)).stderr, "err");
      }
      await run(attempt);
      assert.deepEqual(await executor.tails(attempt), { stdout: "no end 中文", stderr: "err" });
      assert.deepEqual(await executor.tails(await newAttempt()), { stdout: "", stderr: "" });
    },
  },
  {
    name: "a log that is cut off again and again loses and repeats nothing",
    program: "prints many lines",
    async check({ executor, again, attempt: newAttempt, signal }) {
      const attempt = await newAttempt();
      const runId = await executor.create(attempt, signal);
      const started = executor.start(runId, signal);
      for (let round = 0; round < 6; round++) {
        const cut = new AbortController();
        const log = again().log(attempt, runId, cut.signal);
        const timer = setTimeout(() => cut.abort(new Error("cut")), round * 5);
        await log.catch(() => {});
        clearTimeout(timer);
      }
      await started;
      await executor.log(attempt, runId, signal);
      const kept = await Deno.readTextFile(attempt.logPath);
      for (const stream of ["out", "err"]) {
        const lines = kept.split("\n").filter((line) => line.startsWith(stream));
        assert.deepEqual(lines, Array.from({ length: LINES }, (_, i) => `${stream} ${i}`));
      }
      // It is complete: nothing is read or written again.
      await again().log(attempt, "0".repeat(64), signal);
      assert.equal(await Deno.readTextFile(attempt.logPath), kept);
    },
  },
  {
    name: "who listens is given the output as it comes",
    program: "prints without a line break",
    async check({ executor, attempt: newAttempt, signal }) {
      const attempt = await newAttempt();
      const runId = await executor.create(attempt, signal);
      await executor.start(runId, signal);
      const decoder = { stdout: new TextDecoder(), stderr: new TextDecoder() };
      const heard = { stdout: "", stderr: "" };
      await executor.log(attempt, runId, signal, (stream, data) => {
        heard[stream] += decoder[stream].decode(data, { stream: true });
      });
      assert.deepEqual(heard, { stdout: "no end 中文", stderr: "err" });
    },
  },
  {
    name: "a full disk does not keep the report from having the last words",
    program: "has last words",
    async check({ executor, attempt: newAttempt, signal }) {
      if (Deno.build.os !== "linux") return;
      const attempt = await newAttempt();
      await Deno.symlink("/dev/full", attempt.logPath);
      await Deno.mkdir(`${attempt.logPath}.state.new`);
      const runId = await executor.create(attempt, signal);
      await executor.start(runId, signal);
      await executor.log(attempt, runId, signal);
      const end = await executor.wait(runId, signal);
      assert.ok(end.state === "exited" && end.exitCode === 4);
      assert.equal((await executor.tails(attempt)).stdout, "last words\n");
    },
  },
  {
    name: "a folder of an ended run comes as a tar",
    program: "writes an output",
    async check({ executor, run, attempt: newAttempt, signal }) {
      const attempt = await newAttempt();
      const { end, runId } = await run(attempt);
      assert.ok(end.state === "exited" && end.exitCode === 3);
      const entries = await unpackTar(await executor.archive(runId, "/workspace/output", signal));
      const files = entries.filter(({ header }) => header.type === "file");
      assert.deepEqual(files.map(({ header }) => header.name), ["output/deep/response.md"]);
      assert.equal(new TextDecoder().decode(files[0].data), "out\n");
      const all = await unpackTar(await executor.archive(runId, "/workspace", signal));
      const names = all.map(({ header }) => header.name.split("/").slice(1).join("/"));
      assert.ok(names.includes("output/deep/response.md"), names.join(" "));
      await assert.rejects(executor.archive(runId, "/workspace/nothing", signal));
      assert.equal(await executor.usage(runId).then((usage) => usage?.memory), undefined);
      assert.ok(await executor.diskUse(runId) >= 0);
    },
  },
  {
    name: "a folder is removed with all that a run has written, once it is there",
    program: "writes an output",
    async check({ executor, run, attempt: newAttempt, signal }) {
      const attempt = await newAttempt();
      await run(attempt);
      assert.ok(await Deno.stat(join(attempt.workspace, "output/deep/response.md")));
      await executor.removeFolder(attempt.workspace, signal);
      await assert.rejects(Deno.stat(attempt.workspace), Deno.errors.NotFound);
      await executor.removeFolder(attempt.workspace, signal);
    },
  },
];
