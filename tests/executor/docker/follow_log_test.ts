import assert from "node:assert/strict";
import { join } from "@std/path";
import { shell, until, withBench } from "../helpers.ts";

/** Numbered lines on both streams, in turns of a hundred. */
const BOTH = (hundreds: number) =>
  shell(
    `i=0; while [ $i -lt ${hundreds} ]; do seq $((i*100)) $((i*100+99)) | sed 's/^/out /'; ` +
      `seq $((i*100)) $((i*100+99)) | sed 's/^/err /' >&2; i=$((i+1)); done`,
  );

Deno.test("a hundred thousand lines on both streams are all kept, in order", () =>
  withBench({ executor: BOTH(500) }, async (bench) => {
    const attempt = await bench.attempt();
    const { log } = await bench.run(attempt);
    assertWhole(log, 50_000);
    const { stdout, stderr } = await bench.executor.tails(attempt);
    assert.ok(stdout.endsWith("\nout 49999\n") && !stdout.includes("err"));
    assert.ok(stderr.endsWith("\nerr 49999\n") && !stderr.includes("out"));
    assert.ok(stdout.length > 60_000 && stdout.length <= 65_536);
    // It is complete: nothing is read or written again.
    await bench.again().log(attempt, "0".repeat(64), bench.signal);
    assert.equal(await Deno.readTextFile(attempt.logPath), log);
  }));

Deno.test("a capture that is cut off again and again loses and repeats nothing", () =>
  withBench({ executor: BOTH(300) }, async (bench) => {
    const attempt = await bench.attempt();
    const runId = await bench.executor.create(attempt, bench.signal);
    const started = bench.executor.start(runId, bench.signal);
    let cuts = 0;
    for (let round = 0; round < 12; round++) {
      const cut = new AbortController();
      const capture = bench.again().log(attempt, runId, cut.signal);
      const timer = setTimeout(() => cut.abort(new Error("cut")), Math.random() * 150);
      await capture.catch(() => cuts++);
      clearTimeout(timer);
      // What a crash leaves: the file is ahead of what is remembered of it.
      if (cuts % 3 === 1) {
        await Deno.writeTextFile(attempt.logPath, "half a li", { append: true }).catch(() => {});
      }
    }
    await started;
    assert.ok(cuts > 0);
    await bench.executor.log(attempt, runId, bench.signal);
    assertWhole(await Deno.readTextFile(attempt.logPath), 30_000);
    const { stdout, stderr } = await bench.executor.tails(attempt);
    assert.ok(stdout.endsWith("\nout 29999\n") && stderr.endsWith("\nerr 29999\n"));
    const first = Number(/\nout (\d+)\n/.exec(stdout)?.[1]);
    assert.equal(stdout.slice(stdout.indexOf("\n") + 1), lines("out", first, 30_000));
  }));

const LINE = "0123456789".repeat(100).slice(1) + "\n";

Deno.test("of more than 64 MiB the first and the last 32 MiB are kept", () =>
  withBench({
    executor: shell(`yes ${LINE.trim()} | head -c 80000000; echo; echo the end`),
    sandbox: { logMaxSize: 1024 ** 3 },
  }, async (bench) => {
    const attempt = await bench.attempt();
    const { log } = await bench.run(attempt);
    const half = 32 * 1024 * 1024;
    const text = LINE.repeat(80_000) + "\nthe end\n";
    const dropped = text.length - 2 * half;
    assert.equal(log.slice(0, half), text.slice(0, half));
    assert.ok(log.endsWith(text.slice(-half)));
    assert.equal(
      log.slice(half, -half),
      `\n[agent-core] ${dropped} bytes of output are left out here\n`,
    );
    const files = [];
    for await (const { name } of Deno.readDir(join(attempt.logPath, ".."))) files.push(name);
    assert.deepEqual(files.sort(), [`${attempt.taskId}.log`, `${attempt.taskId}.log.state`]);
  }));

Deno.test("output that the engine dropped while nobody read it is marked", () =>
  withBench({
    executor: shell("echo first; while [ ! -e go ]; do sleep 0.05; done; seq 20000; echo the end"),
    sandbox: { logMaxSize: 200_000 },
  }, async (bench) => {
    const attempt = await bench.attempt();
    const runId = await bench.executor.create(attempt, bench.signal);
    await bench.executor.start(runId, bench.signal);
    const cut = new AbortController();
    const capture = bench.executor.log(attempt, runId, cut.signal);
    await until(async () => (await Deno.readTextFile(attempt.logPath).catch(() => "")) !== "");
    cut.abort(new Error("cut"));
    await assert.rejects(capture, /cut/);
    await Deno.writeTextFile(join(attempt.workspace, "go"), "");
    assert.equal((await bench.executor.wait(runId, bench.signal)).state, "exited");
    await bench.again().log(attempt, runId, bench.signal);
    const log = await Deno.readTextFile(attempt.logPath);
    assert.match(log, /^first\n\n\[agent-core\] some output is lost here.*\n\d+\n/);
    const kept = log.split("\n").filter((line) => /^\d+$/.test(line)).map(Number);
    assert.ok(kept.length > 100 && kept.length < 20_000);
    assert.ok(kept.every((value, index) => value === kept[0] + index));
    assert.ok(log.endsWith("\n20000\nthe end\n"));
  }));

function lines(word: string, from: number, to: number): string {
  let text = "";
  for (let i = from; i < to; i++) text += `${word} ${i}\n`;
  return text;
}

/** Every line is there once and in the order of its stream; the streams may be mixed. */
function assertWhole(log: string, count: number): void {
  const of = (word: string) =>
    log.split("\n").filter((line) => line.startsWith(word)).map((line) => line + "\n").join("");
  assert.ok(of("out") === lines("out", 0, count), "stdout is not whole");
  assert.ok(of("err") === lines("err", 0, count), "stderr is not whole");
  assert.equal(log.length, 2 * lines("out", 0, count).length);
}
