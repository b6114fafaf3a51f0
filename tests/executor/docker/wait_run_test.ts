import assert from "node:assert/strict";
import type { ContainerInfo, Engine } from "../../../src/docker/mod.ts";
import type { EngineLink } from "../../../src/executor/docker/engine_link.ts";
import { waitRun } from "../../../src/executor/docker/wait_run.ts";
import type { ExitedRun, RunStatus } from "../../../src/executor/executor.ts";

const KILLED: ExitedRun = {
  state: "exited",
  runId: "r",
  exitCode: 137,
  oomKilled: false,
  startedAt: 1,
  finishedAt: 2,
};

/** The end of a run whose engine says one after the other what is given. */
function endOf(answers: readonly RunStatus[]) {
  const left = [...answers];
  let status: RunStatus = { state: "absent" };
  const engine: Partial<Engine> = {
    endpoint: { kind: "npipe", path: "" },
    waitContainer: () => Promise.resolve({ statusCode: 137 }),
    inspectContainer() {
      status = left.shift() ?? status;
      const labels = { "open-aaas.engine": "one" };
      return Promise.resolve(
        status.state === "absent" ? undefined : { labels, state: {} } as unknown as ContainerInfo,
      );
    },
  };
  const link: Partial<EngineLink> = {
    engine: engine as Engine,
    absences: 0,
    retry: (call) => call(),
    untilAnswered: (call) => call(),
    engineBoot: () => Promise.resolve({ id: "one", isCertain: true }),
  };
  return waitRun({
    link: link as EngineLink,
    runId: "r",
    isStartedHere: true,
    checkEveryMs: 30_000,
    statusOf: () => status,
    signal: AbortSignal.timeout(30_000),
  });
}

Deno.test("a run that is gone right after it was killed was removed; one that is still there was not", async () => {
  assert.deepEqual(await endOf([KILLED, { state: "absent" }]), { state: "absent" });
  assert.deepEqual(await endOf([KILLED, KILLED]), KILLED);
  const ended = { ...KILLED, exitCode: 0 };
  assert.deepEqual(await endOf([ended, { state: "absent" }]), ended);
});
