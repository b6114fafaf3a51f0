import assert from "node:assert/strict";

import type { EngineLink } from "../../../src/executor/docker/engine_link.ts";
import { startRun } from "../../../src/executor/docker/start_run.ts";
import { TEST_IMAGE, TEST_LABELS, uniqueName, withTestEngine } from "../../support/engine.ts";

Deno.test("a start whose answer was lost is not repeated, although the run has ended", () =>
  withTestEngine(async (engine) => {
    const { signal } = new AbortController();
    const id = await engine.createContainer(uniqueName("start"), {
      Image: TEST_IMAGE,
      Cmd: ["true"],
      Labels: TEST_LABELS,
      HostConfig: { NetworkMode: "none" },
    });
    const startedAt = async () => (await engine.inspectContainer(id))?.state.startedAt;
    const started: unknown[] = [];
    // What an engine that goes away and comes back makes of a call: it is made once more.
    const retry: EngineLink["retry"] = async (call) => {
      await call();
      await engine.waitContainer(id, { condition: "not-running", signal });
      started.push(await startedAt());
      return await call();
    };
    const unknown = () => Promise.resolve(undefined);
    const link = {
      engine,
      absences: 0,
      retry,
      untilAnswered: retry,
      engineBoot: unknown,
      refresh: () => Promise.resolve(),
      recentEngineBoot: unknown,
    };
    await startRun(link, id, signal);
    assert.notEqual(started[0], undefined);
    assert.deepEqual([await startedAt()], started);
    await engine.removeContainer(id, { force: true });
  }));
