import assert from "node:assert/strict";
import { connectEngine } from "../../../src/docker/mod.ts";
import { startRelay } from "../../docker/relay.ts";
import { removeLeftovers } from "../../support/engine.ts";
import { ofDocker, TEST_ENGINE } from "../../support/engine_kind.ts";
import { type PrivateEngine, startPrivateEngine } from "../../support/private_engine.ts";
import { type Bench, shell, until, withBenchOn } from "../helpers.ts";

/** A program that ends politely, as if all were well, and counts until then. */
const POLITE = shell(
  "trap 'exit 0' TERM; i=0; while true; do echo $i; i=$((i+1)); sleep 0.1; done",
);

async function withRestarts(
  options: Parameters<typeof startPrivateEngine>[0],
  executor: Parameters<typeof shell>[0] | ReturnType<typeof shell>,
  body: (bench: Bench, daemon: PrivateEngine) => Promise<void>,
): Promise<void> {
  await using daemon = await startPrivateEngine(options);
  await using engine = await daemon.connect();
  const agentId = crypto.randomUUID();
  const parts = { executor: typeof executor === "string" ? shell(executor) : executor };
  await withBenchOn(engine, agentId, parts, (bench) => body(bench, daemon));
  assert.deepEqual(await removeLeftovers(engine, { "open-aaas.agent": agentId }), []);
}

/** A daemon without a bridge, behind a socket that somebody else holds: nothing there shows a restart. */
async function withHeldSocket(
  body: (bench: Bench, daemon: PrivateEngine) => Promise<void>,
): Promise<void> {
  await using daemon = await startPrivateEngine();
  const path = `${daemon.socket}.held`;
  await using _relay = startRelay(daemon.socket, { path });
  await using engine = await connectEngine({ kind: "unix", path });
  const agentId = crypto.randomUUID();
  await withBenchOn(engine, agentId, { executor: POLITE }, (bench) => body(bench, daemon));
}

for (const signal of ["SIGTERM", "SIGKILL"] as const) {
  ofDocker(
    `where nothing shows the daemon's restart (${signal}) an end in it is doubtful`,
    () =>
      withHeldSocket(async (bench, daemon) => {
        const { attempt, runId, captured, ended } = await started(bench);
        await daemon.stop(signal);
        await daemon.start();
        const end = await ended;
        assert.ok(end.state === "exited" && end.isDoubtful, JSON.stringify(end));
        await captured;
        // So it is to an agent that was away at the time.
        const seen = await bench.again().wait(runId, bench.signal);
        assert.ok(seen.state === "exited" && seen.isDoubtful, JSON.stringify(seen));
        await bench.executor.remove(runId, bench.signal);

        // An ordinary end is beyond doubt there, too, watched or not.
        const next = { ...attempt, attempt: 2 };
        const nextId = await bench.executor.create(next, bench.signal);
        await bench.executor.start(nextId, bench.signal);
        await bench.executor.stop(nextId, 10, bench.signal);
        for (const executor of [bench.executor, bench.again()]) {
          const own = await executor.wait(nextId, bench.signal);
          assert.ok(own.state === "exited" && !own.isDoubtful, JSON.stringify(own));
        }
      }),
  );
}

async function started(bench: Bench) {
  const attempt = await bench.attempt();
  const runId = await bench.executor.create(attempt, bench.signal);
  await bench.executor.start(runId, bench.signal);
  const captured = bench.executor.log(attempt, runId, bench.signal);
  const ended = bench.executor.wait(runId, bench.signal);
  const log = () => Deno.readTextFile(attempt.logPath).catch(() => "");
  await until(async () => (await log()).includes("2\n"), "some output");
  return { attempt, runId, captured, ended, log };
}

for (const signal of ["SIGTERM", "SIGKILL"] as const) {
  ofDocker(
    `a run that ends with the daemon's ${signal} is lost, whatever its exit code`,
    () =>
      withRestarts({}, POLITE, async (bench, daemon) => {
        const { attempt, runId, captured, ended } = await started(bench);
        await daemon.stop(signal);
        assert.ok(await bench.executor.obstacle(bench.signal));
        await daemon.start();
        assert.deepEqual(await ended, { state: "lost", runId });
        await captured;
        // So it is to an agent that was away at the time.
        assert.deepEqual(await bench.again().wait(runId, bench.signal), { state: "lost", runId });
        const seen = await bench.executor.status(attempt, bench.signal);
        assert.ok(seen.state === "exited" && seen.exitCode === 0);
        // The next attempt takes its place and is not lost with it.
        const next = { ...attempt, attempt: 2 };
        const nextId = await bench.executor.create(next, bench.signal);
        await bench.executor.start(nextId, bench.signal);
        await bench.executor.stop(nextId, 10, bench.signal);
        const end = await bench.executor.wait(nextId, bench.signal);
        assert.ok(end.state === "exited" && end.exitCode === 0);
      }),
  );

  ofDocker(
    `with live-restore a run outlives the daemon's ${signal}`,
    () =>
      withRestarts({ liveRestore: true }, POLITE, async (bench, daemon) => {
        const { attempt, runId, captured, ended, log } = await started(bench);
        await daemon.stop(signal);
        await daemon.start();
        const before = (await log()).length;
        await until(async () => (await log()).length > before + 20, "more output");
        assert.equal((await bench.executor.status(attempt, bench.signal)).state, "running");
        await bench.executor.stop(runId, 10, bench.signal);
        const end = await ended;
        assert.ok(end.state === "exited" && end.exitCode === 0, JSON.stringify(end));
        await captured;
        const lines = (await log()).trimEnd().split("\n");
        assert.deepEqual(lines, lines.map((_, index) => String(index)));
      }),
  );
}

ofDocker(
  "with live-restore a run that ends while the daemon is away has its true result",
  () =>
    withRestarts(
      { liveRestore: true },
      "seq 3; while [ ! -e go ]; do sleep 0.05; done; echo done; touch ended; exit 5",
      async (bench, daemon) => {
        const { attempt, captured, ended, log, runId } = await started(bench);
        await daemon.stop("SIGKILL");
        await Deno.writeTextFile(`${attempt.workspace}/go`, "");
        await until(() => Deno.lstat(`${attempt.workspace}/ended`).then(() => true, () => false));
        await daemon.start();
        const end = await ended;
        assert.ok(end.state === "exited" && end.exitCode === 5, JSON.stringify(end));
        await captured;
        // Whatever the engine itself got of the output (the end of it may be lost with the daemon).
        let engines = "";
        for await (
          const { data } of bench.engine.logs(runId, { follow: false, timestamps: false })
        ) engines += new TextDecoder().decode(data);
        assert.ok(engines.startsWith("1\n2\n3\n"));
        assert.equal(await log(), engines);
      },
    ),
);

ofDocker(
  "calls wait for a daemon that is away, and can be given up",
  () =>
    withRestarts({}, POLITE, async (bench, daemon) => {
      const attempt = await bench.attempt();
      await daemon.stop("SIGTERM");
      const created = bench.executor.create(attempt, bench.signal);
      await assert.rejects(
        bench.executor.status(attempt, AbortSignal.timeout(300)),
        (error) => error instanceof DOMException && error.name === "TimeoutError",
      );
      await assert.rejects(bench.executor.prepare({ signal: bench.signal }), /docker/i);
      await daemon.start();
      const runId = await created;
      assert.deepEqual(await bench.executor.status(attempt, bench.signal), {
        state: "created",
        runId,
      });
      // Made before a restart and started after it: nothing was lost.
      await daemon.stop("SIGTERM");
      await daemon.start();
      await bench.executor.start(runId, bench.signal);
      await bench.executor.stop(runId, 10, bench.signal);
      assert.equal((await bench.executor.wait(runId, bench.signal)).state, "exited");
      await bench.executor.prepare({ signal: bench.signal });
    }),
);

const FORGOTTEN =
  "a run that a reboot or a logout has killed behind Podman's back is lost, not successful";

Deno.test({
  name: FORGOTTEN,
  ignore: !TEST_ENGINE.isPodman,
  fn: () =>
    withRestarts({}, POLITE, async (bench, daemon) => {
      const { attempt, runId, captured, ended } = await started(bench);
      await daemon.stop("SIGKILL");
      await daemon.forget();
      await daemon.start();
      assert.deepEqual(await ended, { state: "lost", runId });
      await captured;
      // So it is to an agent that was away at the time, and it is not started once more.
      const later = bench.again();
      assert.equal((await later.status(attempt, bench.signal)).state, "exited");
      assert.deepEqual(await later.wait(runId, bench.signal), { state: "lost", runId });
      await bench.executor.remove(runId, bench.signal);
      const next = { ...attempt, attempt: 2 };
      const nextId = await bench.executor.create(next, bench.signal);
      await bench.executor.start(nextId, bench.signal);
      await bench.executor.stop(nextId, 10, bench.signal);
      const end = await bench.executor.wait(nextId, bench.signal);
      assert.ok(end.state === "exited" && end.exitCode === 0 && !end.isDoubtful);
    }),
});
