/**
 * Random faults for a while: `deno task soak [minutes] [seed]`. Prints the seed, which makes the same
 * choices again, and at the end how many faults were injected and how many tasks were lost or run twice.
 */
import type { FaultRule } from "../../src/devserver/mod.ts";
import { HARMLESS, TASK_CALLS, TROUBLES } from "../e2e/faults/bad_answers.ts";
import { createLab, hasEnded, type Lab, LIMIT_MS, until } from "../e2e/faults/lab.ts";
import { Ledger } from "../e2e/faults/ledger.ts";
import type { Work } from "../e2e/invariants.ts";
import { countRuns } from "../e2e/invariants.ts";
import { type Random, seeded } from "../support/seeded.ts";

const DEFAULT_MINUTES = 10;
/** Tasks that are under way at a time. */
const OPEN = 6;
const AGED_MS = 70_000;
/** More of one kind for one task are a final refusal (three 408), or the Server gives the task up. */
const MOST_ALIKE = 2;

/** What has happened to a task so far. */
interface Fate {
  readonly work: Work;
  readonly faults: Map<string, number>;
}

/** A fault of the soak; false when there is no occasion for it. */
type Deed = (soak: Soak) => boolean | Promise<boolean>;

interface Soak {
  readonly lab: Lab;
  readonly ledger: Ledger;
  readonly random: Random;
  readonly open: () => Fate[];
}

const DEEDS: Readonly<Record<string, { readonly weight: number; readonly deed: Deed }>> = {
  "bad answers": { weight: 12, deed: answerBadly },
  "kills": { weight: 4, deed: killAgent },
  "peaceful ends": { weight: 1, deed: endAgent },
  "Server restarts": { weight: 3, deed: restartServer },
  "long absences of the Server": { weight: 1, deed: handBack },
  "containers removed": { weight: 2, deed: removeContainer },
};

const minutes = Number(Deno.args[0] ?? DEFAULT_MINUTES);
const seed = Number(Deno.args[1] ?? crypto.getRandomValues(new Uint32Array(1))[0]);
if (!(minutes > 0) || !Number.isInteger(seed)) {
  console.error("usage: deno task soak [minutes] [seed]");
  Deno.exit(2);
}
Deno.exit(await soak(minutes * 60_000, seed));

async function soak(ms: number, seed: number): Promise<number> {
  console.log(`soak of ${ms / 60_000} minutes, seed ${seed}`);
  const ledger = new Ledger();
  const random = seeded(seed);
  const deadline = performance.now() + ms;
  await using lab = await createLab(ledger);
  const fates: Fate[] = [];
  const open = () => fates.filter(({ work }) => !hasEnded(lab.world, work));
  const over = () => performance.now() >= deadline && open().length === 0;
  const agents = lab.keepAgent(over, ms + LIMIT_MS);
  for (let number = 1; performance.now() < deadline; number++) {
    while (open().length < OPEN) {
      const work = await lab.submit(`task-${fates.length + 1}`, { seconds: random.below(30) / 10 });
      fates.push({ work, faults: new Map() });
    }
    await doSomething({ lab, ledger, random, open });
    await pause(random.below(1_500));
  }
  lab.world.server.faults.clear();
  await agents;
  for (const fate of fates) {
    // A run that was taken away is run once more.
    const mayRun = 1 + (fate.faults.get("removed") ?? 0);
    if (await countRuns(lab.world, fate.work) > mayRun) {
      ledger.problem(`${fate.work.name} ran too often`);
    }
  }
  await lab.close({ mayRun: 2 });
  for (const problem of ledger.problems) console.error(problem);
  console.log(`${ledger.details()}\nseed ${seed}: ${ledger.summary()}`);
  return ledger.problems.length === 0 ? 0 : 1;
}

async function doSomething(soak: Soak): Promise<void> {
  const kinds = Object.entries(DEEDS).flatMap(([kind, { weight }]) => Array(weight).fill(kind));
  const kind = soak.random.pick(kinds as string[]);
  if (await DEEDS[kind].deed(soak)) soak.ledger.fault(kind);
}

function answerBadly({ lab, random, open }: Soak): boolean {
  const call = random.pick([...TASK_CALLS, "poll", "heartbeat"] as const);
  const trouble = random.pick(Object.keys(TROUBLES));
  const fate = random.pick(open());
  if (!fate || HARMLESS.has(`${call} ${trouble}`) || !again(fate, call)) return false;
  const rule: FaultRule = { call, effect: TROUBLES[trouble], nth: 1 + random.below(2) };
  const regular = call === "poll" || call === "heartbeat";
  lab.world.server.faults.inject(regular ? rule : { ...rule, taskId: fate.work.task.id });
  return true;
}

async function killAgent({ lab }: Soak): Promise<boolean> {
  return await lab.signal("SIGKILL");
}

async function endAgent({ lab }: Soak): Promise<boolean> {
  return await lab.signal("SIGTERM");
}

async function restartServer({ lab, random }: Soak): Promise<boolean> {
  await lab.world.server.restart({ downMs: random.below(3_000) });
  return true;
}

async function handBack({ lab, open }: Soak): Promise<boolean> {
  if (!open().every((fate) => (fate.faults.get("aged") ?? 0) < MOST_ALIKE)) return false;
  for (const fate of open()) again(fate, "aged");
  await lab.world.server.restart({ agedMs: AGED_MS });
  return true;
}

async function removeContainer({ lab, random, open }: Soak): Promise<boolean> {
  const fate = random.pick(open());
  if (!fate || fate.faults.has("removed")) return false;
  const name = `open-aaas-task-${fate.work.task.id}`;
  const { engine } = lab.world;
  if (!(await engine.inspectContainer(name))?.state.running) return false;
  again(fate, "removed");
  await engine.removeContainer(name, { force: true });
  return true;
}

/** Notes one more fault of a kind for a task. @returns false when it has had enough of them */
function again({ faults }: Fate, kind: string): boolean {
  const times = faults.get(kind) ?? 0;
  if (times >= MOST_ALIKE) return false;
  faults.set(kind, times + 1);
  return true;
}

async function pause(ms: number): Promise<void> {
  const end = performance.now() + ms;
  await until(() => performance.now() >= end, "the next fault");
}
