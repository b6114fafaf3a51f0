import assert from "node:assert/strict";
import { ofDocker } from "../../support/engine_kind.ts";
import { startPrivateEngine } from "../../support/private_engine.ts";
import { rawContainer } from "../../support/raw_engine.ts";
import { type Bench, runOn, shell, withBenchOn } from "../helpers.ts";

const LINES = 300_000;
/** Faster than any disk, and a file of 2 MiB. */
const TALKATIVE = shell(`seq ${LINES}; head -c 2097152 /dev/zero >big; ulimit -f; df -k /dev/shm`);

/** What a machine's owner may have in `daemon.json` for all containers that say nothing else. */
const DEFAULTS = {
  "default-shm-size": "1m",
  "default-ipc-mode": "shareable",
  "default-ulimits": {
    fsize: { Name: "fsize", Soft: 1024, Hard: 1024 },
    core: { Name: "core", Soft: -1, Hard: -1 },
  },
  init: true,
};
const LOSSY = { mode: "non-blocking", "max-buffer-size": "4k" };

async function assertWhole(bench: Bench, driver: string): Promise<void> {
  const attempt = await bench.attempt();
  const { runId, end, log } = await runOn(bench.executor, attempt);
  assert.ok(end.state === "exited" && end.exitCode === 0, JSON.stringify(end));
  const lines = log.split("\n");
  const kept = lines.slice(0, LINES);
  assert.equal(
    kept.findIndex((line, index) => line !== String(index + 1)),
    -1,
    "a line is missing",
  );
  assert.equal(lines[LINES], "unlimited");
  assert.match(log, / 65536 .*\/dev\/shm/);
  assert.equal((await Deno.stat(`${attempt.workspace}/big`)).size, 2 * 1024 * 1024);
  assert.equal((await rawContainer(bench.engine, runId)).HostConfig.LogConfig.Type, driver);
}

ofDocker("what a daemon sets for every container costs no task output or files", async (t) => {
  await using daemon = await startPrivateEngine({
    config: { ...DEFAULTS, "log-opts": { mode: "non-blocking", compress: "true" } },
  });
  const restart = async (config: Readonly<Record<string, unknown>>) => {
    await daemon.stop("SIGTERM");
    await daemon.configure(config);
    await daemon.start();
  };
  await using engine = await daemon.connect();
  const agentId = crypto.randomUUID();
  await withBenchOn(engine, agentId, { executor: TALKATIVE }, async (bench) => {
    await t.step("its log does not wait for the disk", async () => {
      await bench.executor.prepare({ signal: bench.signal });
      await assertWhole(bench, "json-file");
    });

    await t.step("and has a buffer that cannot be taken back, from now on", async () => {
      await restart({ ...DEFAULTS, "log-opts": { ...LOSSY, tag: "x" } });
      // What fails is the machine's, until the check has passed.
      await assert.rejects(bench.executor.create(await bench.attempt(), bench.signal));
      assert.equal(await bench.executor.obstacle(bench.signal), undefined);
      await assertWhole(bench, "local");
    });

    await t.step("the same for another driver, at an agent's start", async () => {
      await restart({ ...DEFAULTS, "log-driver": "local", "log-opts": LOSSY });
      await using again = bench.again();
      await again.prepare({ signal: bench.signal });
      await assertWhole({ ...bench, executor: again }, "json-file");
    });
  });
});
