/**
 * The whole agent on simulated time, network, disk and engine: `./dev simulate`. See CONTRIBUTING.md.
 */
import { cpus } from "node:os";

import { packageFlags } from "../support/packages.ts";
import { growth } from "./growth.ts";
import type { DayEnd } from "./long_run.ts";
import type { Result } from "./play.ts";
import { describeFailure, Tally } from "./tally.ts";
import { readOptions, type SimulateOptions, USAGE } from "./simulate_options.ts";

/** A line of progress every so many milliseconds. */
const TELL_MS = 15_000;

Deno.exit(await main());

async function main(): Promise<number> {
  let options: SimulateOptions;
  try {
    options = readOptions(Deno.args);
  } catch (error) {
    console.error(`simulate: ${(error as Error).message}\n${USAGE}`);
    return 2;
  }
  if (options.from !== undefined) return await work(options);
  if (options.days !== undefined) return await live(options, options.days);
  return options.seed === undefined ? await playNew(options) : await playOne(options, options.seed);
}

/** One seed, told in full. */
async function playOne({ tasks, faults, trace }: SimulateOptions, seed: number): Promise<number> {
  const { play, playShortened } = await import("./play.ts");
  const options = { seed, tasks, faults };
  if (trace) await play({ ...options, onLine: (line) => console.log(line) });
  const result = await playShortened(options);
  const { violation, hours, steps, mark } = result;
  if (violation !== undefined) console.error(describeFailure(result, { tasks }));
  else {
    const count = result.faults.length;
    console.log(
      `seed ${seed}: ${count} faults in ${
        hours.toFixed(2)
      } h, ${steps} steps, ${mark}: all is well`,
    );
  }
  return violation === undefined ? 0 : 1;
}

/** One agent for many days: a line a day, and in the end whether anything has grown on and on. */
async function live({ seed = 1, tasks = 1_000 }: SimulateOptions, days: number): Promise<number> {
  const { liveLong } = await import("./play.ts");
  const ends: DayEnd[] = [];
  await liveLong({ seed, days, perDay: tasks }, (end) => {
    ends.push(end);
    const { day, ended, faults, journal, heap } = end;
    const [kib, mib] = [Math.round(journal / 1024), Math.round(heap / 2 ** 20)];
    console.log(
      `day ${day}: ${ended} tasks ended, ${faults} faults, journal ${kib} KiB, heap ${mib} MiB`,
    );
  });
  const words = growth(ends);
  if (words !== undefined) console.error(`simulate: ${words}`);
  return words === undefined ? 0 : 1;
}

/** The work of one process of many: a line of JSON a seed. */
async function work(options: SimulateOptions): Promise<number> {
  const { playSeeds } = await import("./play.ts");
  await playSeeds(options, ({ faults, trace, ...result }) => {
    const isFine = result.violation === undefined;
    const count = faults.length;
    console.log(
      JSON.stringify({
        ...result,
        count,
        faults: isFine ? [] : faults,
        trace: isFine ? [] : trace,
      }),
    );
  });
  return 0;
}

/** New seeds on every core. */
async function playNew({ seconds, start, tasks }: SimulateOptions): Promise<number> {
  const workers = cpus().length;
  const first = start ?? crypto.getRandomValues(new Uint32Array(1))[0] >>> 2;
  console.log(`simulate: ${seconds} s on ${workers} cores, seeds from ${first} on`);
  const tally = new Tally();
  const telling = setInterval(() => console.log(tally.line()), TELL_MS);
  const codes = await Promise.all(
    Array.from(
      { length: workers },
      (_, at) =>
        startWorker({ from: first + at, step: workers, seconds, tasks }, (result) => {
          tally.add(result);
          if (result.violation !== undefined) console.error(describeFailure(result, { tasks }));
        }),
    ),
  );
  clearInterval(telling);
  console.log(tally.line());
  if (codes.some((code) => code !== 0)) {
    console.error("simulate: a process has ended with an error");
  }
  return tally.failed === 0 && tally.seeds > 0 && codes.every((code) => code === 0) ? 0 : 1;
}

async function startWorker(
  options: Pick<SimulateOptions, "from" | "step" | "seconds" | "tasks">,
  onResult: (result: Result & { readonly count: number }) => void,
): Promise<number> {
  const words = Object.entries(options)
    .flatMap(([name, value]) => value === undefined ? [] : [`--${name}`, String(value)]);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-all", ...packageFlags(), import.meta.filename!, ...words],
    stdout: "piped",
  }).spawn();
  let rest = "";
  for await (const piece of child.stdout.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + piece).split("\n");
    rest = lines.pop()!;
    for (const line of lines) onResult(JSON.parse(line));
  }
  return (await child.status).code;
}
