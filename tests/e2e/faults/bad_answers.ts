import type { FaultEffect } from "../../../src/devserver/mod.ts";
import { effect } from "../../support/effects.ts";
import { createLab, type Lab, until } from "./lab.ts";
import type { Ledger } from "./ledger.ts";

/** What can happen to any request, by the name that a task of it gets. */
export const TROUBLES: Readonly<Record<string, FaultEffect>> = {
  "cut-start": effect.cutAtStart,
  "cut-request": effect.cutInRequest(),
  "cut-acted": effect.loseAnswer,
  "cut-answer": effect.cutInAnswer(),
  "400-text": effect.text(400),
  "401": effect.error(401, "Auth"),
  "401-text": effect.text(401),
  "403": effect.error(403, "Forbidden"),
  "403-text": effect.text(403),
  "404-text": effect.text(404),
  "408": { kind: "answer", status: 408 },
  "409": effect.error(409, "Conflict"),
  "429": effect.error(429, "RateLimited"),
  "500": effect.error(500),
  "502": effect.page(502),
  "503": effect.text(503),
  "504": effect.page(504),
  "page": effect.page(200),
  "garbage": effect.garbage(),
  "garbage-acted": effect.garbage(undefined, true),
  "shape": effect.wrongShape(),
  "redirect": effect.redirect("http://127.0.0.1:9/"),
};

/** Calls about one task, so that each trouble has a task of its own. */
export const TASK_CALLS = ["accept", "complete", "upload", "list", "download"] as const;

/** What is no trouble at all for a download: any 200 without a length is a file of that size. */
export const HARMLESS = new Set(["download garbage-acted"]);

/** Each trouble once for each kind of request about a task; every result arrives. */
export async function troubleEachCall(
  ledger: Ledger,
  calls: readonly (typeof TASK_CALLS)[number][],
): Promise<void> {
  await using lab = await createLab(ledger);
  await lab.start();
  for (const call of calls) {
    const troubles = { ...TROUBLES, ...call === "upload" && { "cut-end": effect.cutAtUploadEnd } };
    for (const [name, trouble] of Object.entries(troubles)) {
      if (HARMLESS.has(`${call} ${name}`)) continue;
      await lab.submit(`${call}-${name}`, {
        before: (taskId) => void lab.world.server.faults.inject({ call, taskId, effect: trouble }),
      });
    }
  }
  await finish(lab);
}

/** Each trouble once for a regular call, with tasks under way. */
export async function troubleRegularCalls(
  ledger: Ledger,
  call: "poll" | "heartbeat",
  troubles: readonly string[],
): Promise<void> {
  await using lab = await createLab(ledger);
  const { server } = lab.world;
  for (const name of troubles) server.faults.inject({ call, effect: TROUBLES[name] });
  await lab.start();
  await lab.submit(`${call}-first`, { seconds: 1 });
  await until(() => server.faults.injected >= troubles.length, `${call} to meet every trouble`);
  await lab.submit(`${call}-last`);
  await finish(lab);
}

/** No answer at all, at each place of a request: the agent's own patience ends it. */
export async function hang(ledger: Ledger): Promise<void> {
  await using lab = await createLab(ledger, { settings: { executor: { capacity: 16 } } });
  const { server } = lab.world;
  await lab.start();
  for (const call of TASK_CALLS) {
    for (const at of ["start", "acted", "answer"] as const) {
      await lab.submit(`hang-${call}-${at}`, {
        before: (taskId) => void server.faults.inject({ call, taskId, effect: effect.hang(at) }),
      });
    }
  }
  await finish(lab);
}

/** The same for the calls that are made all the time. */
export async function hangRegularCalls(ledger: Ledger): Promise<void> {
  await using lab = await createLab(ledger);
  const { server } = lab.world;
  server.faults.inject({ call: "poll", effect: effect.hang("acted") });
  server.faults.inject({ call: "heartbeat", effect: effect.hang("start") });
  await lab.start();
  await lab.submit("hang-regular");
  await until(() => server.faults.injected >= 2, "both calls to hang");
  await finish(lab);
}

async function finish(lab: Lab): Promise<void> {
  await lab.allEnded();
  await lab.close();
  for (const { fault, call } of lab.world.server.requests) {
    if (fault) lab.ledger.fault(`${fault} (${call})`);
  }
}
