import { join } from "@std/path";

import { createWorld, type World } from "../tests/e2e/world.ts";
import { compiledProgram } from "./compiled_program.ts";
import { figure, median, seconds } from "./figures.ts";
import { UNLIMITED } from "./with_agent.ts";
import { fillWithYears } from "./years_of_tasks.ts";

/** How often each is measured. */
const TIMES = 10;
/** Tasks of an agent that has just begun. */
const FEW = 50;
/** For so long `status` is asked for again and again: every regular round comes at least once. */
const STATUS_MS = 20_000;

/** What `run`, `status` and `tasks` take with a journal of so many ended tasks, and with none or few. */
export async function withYears(tasks: number): Promise<void> {
  await using folder = await compiledProgram();
  const { program } = folder;
  await using none = await createWorld();
  await using many = await createWorld();
  // The first start makes a data folder.
  for (const world of [none, many]) await start(world, program);
  fill(many, tasks);
  console.log(`      ${(Deno.statSync(journalOf(many)).size / 1e6).toFixed(0)} MB with ${tasks}`);
  await starts(none, many, program);
  await statuses(many, program);
  fill(none, FEW);
  await listings(none, many, program);
}

/** The start of an agent. Times are seconds from its beginning. */
interface Start {
  /** It said that it is up. */
  readonly up: number;
  /** It had asked for a task. */
  readonly polled: number;
}

/** Starts an agent, waits for its first poll, and ends it. */
async function start(world: World, program: string): Promise<Start> {
  const isPoll = ({ call }: { readonly call?: string }) => call === "poll";
  const poll = world.server.waitForRequest(isPoll, { timeoutMs: 120_000 });
  const begin = performance.now();
  const since = () => (performance.now() - begin) / 1000;
  const agent = await world.startAgent({ ...UNLIMITED, program });
  const up = since();
  await poll;
  const polled = since();
  await agent.leave();
  return { up, polled };
}

async function starts(none: World, many: World, program: string): Promise<void> {
  const times: { none: Start[]; many: Start[] } = { none: [], many: [] };
  for (let n = 0; n < TIMES; n++) {
    times.none.push(await start(none, program));
    times.many.push(await start(many, program));
  }
  const compare = (what: string, key: keyof Start) => {
    const [less, more] = [times.none, times.many].map((all) => median(all.map((one) => one[key])));
    console.log(`      ${what} after ${more.toFixed(2)} s, with no task ${less.toFixed(2)} s`);
    figure(`seconds more until ${what}`, (more - less).toFixed(2), "< 1", more - less < 1);
  };
  compare("an agent is up", "up");
  compare("its first poll", "polled");
}

/** `status`, from the start of an agent on. */
async function statuses(world: World, program: string): Promise<void> {
  const agent = await world.startAgent({ ...UNLIMITED, program });
  const begin = performance.now();
  const times: number[] = [];
  while (performance.now() - begin < STATUS_MS) {
    times.push(await command(program, ["--config", world.configPath, "status"]));
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  await agent.leave();
  const compare = (what: string, time: number) =>
    figure(
      `seconds of \`status\` of a running agent, ${what}`,
      time.toFixed(2),
      "< 0.3",
      time < 0.3,
    );
  compare("median", median(times));
  compare(`slowest of ${times.length}`, Math.max(...times));
}

/** `tasks`, with a few tasks and with very many. */
async function listings(few: World, many: World, program: string): Promise<void> {
  const time = async ({ dataDir }: World) => {
    const times: number[] = [];
    for (let n = 0; n < TIMES; n++) {
      times.push(await command(program, ["tasks", "--data-dir", dataDir]));
    }
    return median(times);
  };
  const [less, more] = [await time(few), await time(many)];
  figure("seconds of `tasks`", more.toFixed(2), "< 0.3", more < 0.3);
  const ratio = more / less;
  figure(`of what it takes with ${FEW}`, ratio.toFixed(2), "< 1.5", ratio < 1.5);
}

async function command(program: string, args: string[]): Promise<number> {
  return await seconds(async () => {
    const { success } = await new Deno.Command(program, { args, stdout: "null" }).output();
    if (!success) throw new Error(`agent-core ${args.join(" ")} failed`);
  });
}

function fill(world: World, tasks: number): void {
  const owner = { baseUrl: world.server.url, serviceId: world.serviceId };
  fillWithYears(journalOf(world), { owner, tasks, until: Date.now() });
}

function journalOf({ dataDir }: World): string {
  return join(dataDir, "agent.db");
}
