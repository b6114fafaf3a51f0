import assert from "node:assert/strict";
import {
  type EndFacts,
  type EndVerdict,
  endVerdict,
} from "../../../src/executor/docker/end_verdict.ts";

Deno.test("an end is the program's own unless engine or machine went down", () => {
  const facts: EndFacts = {
    startedAt: 1_000,
    finishedAt: 2_000,
    exitCode: 0,
    engineThen: "engine 1",
    bootThen: "boot 1",
    engineNow: { id: "engine 1", since: 500, isCertain: true },
    bootNow: { id: "boot 1", since: 100 },
    restarts: "end containers",
    outage: false,
    isWatched: true,
  };
  const is = (verdict: EndVerdict, changes: Partial<EndFacts>, why?: string) =>
    assert.equal(endVerdict({ ...facts, ...changes }), verdict, why);
  const engineNow = { id: "engine 2", since: 2_100, isCertain: true };
  const bootNow = { id: "boot 2", since: 2_050 };
  is("own", {});
  is("own", { outage: true }, "the same engine was merely out of reach");
  is("lost", { engineNow }, "stopped as the engine went down");
  is("lost", { engineNow, finishedAt: 2_200 }, "stopped as it came up again");
  is("doubtful", { engineNow, restarts: undefined }, "nobody knows what that does to containers");
  is("own", { engineNow, startedAt: 3_000, finishedAt: 4_000 }, "created before");
  is("own", { bootNow, startedAt: 3_000, finishedAt: 4_000 });
  is("own", { bootThen: undefined, bootNow }, "nothing to compare");

  is("lost", { isUnseen: true }, "it ended behind the engine's back");
  is("lost", { isUnseen: true, restarts: "separate" });

  const kept = { engineNow, restarts: "live-restore" } as const;
  is("own", kept, "it kept its containers");
  is("lost", { ...kept, exitCode: 255, finishedAt: 2_200 });
  is("lost", { ...kept, engineNow: facts.engineNow, outage: true, exitCode: 255 });
  is("lost", { ...kept, bootNow }, "the machine went down");

  // Podman makes its network anew at every start of its service, and its containers go on.
  const separate = { engineNow, restarts: "separate" } as const;
  for (const exitCode of [0, 1, 137, 143, 255]) is("own", { ...separate, exitCode });
  for (const exitCode of [0, 1]) is("own", { ...separate, exitCode, outage: true });
  for (const exitCode of [137, 143, 255]) {
    is("doubtful", { ...separate, exitCode, outage: true });
  }
  is("lost", { ...separate, bootNow });

  // Where the mark proves nothing, the engine's memory does.
  for (
    const unknown of [
      { engineThen: undefined },
      { engineNow: undefined },
      { engineNow: { id: "engine 1", since: 500 } },
    ]
  ) {
    is("ask", unknown);
    is("own", { ...unknown, events: new Set(["start", "die"]), isWatched: false });
    is("own", { ...unknown, events: new Set(["die"]) });
    is("doubtful", { ...unknown, events: new Set(["die"]), isWatched: false });
    is("doubtful", { ...unknown, events: new Set() });
  }
  is("lost", { engineNow: { id: "engine 2", since: 2_100 } }, "a new mark proves a restart");
});
