import "./install.ts";

import { stopwatch } from "./globals.ts";
import { REAL } from "./real_files.ts";
import type { DayEnd, LongRunOptions } from "./long_run.ts";
import { shortened } from "./shorten.ts";
import type { SimulateOptions } from "./simulate_options.ts";

// What loads the program comes after what takes the machine's place.
const { playEpisode } = await import("./episode.ts");
const { longRun } = await import("./long_run.ts");
type Options = Parameters<typeof playEpisode>[0];
export type Result = Awaited<ReturnType<typeof playEpisode>>;

/** A RAM disk where there is one: nothing here has to outlive the process. */
const SCRATCH = REAL.existsSync("/dev/shm") ? "/dev/shm" : Deno.env.get("TMPDIR") ?? "/tmp";

const FOLDER = `${SCRATCH}/agent-core-simulation-${Deno.pid}`;

/** Plays one episode in a folder that is gone afterwards. */
export function play(options: Options): Promise<Result> {
  return playEpisode(options, FOLDER);
}

/** Lets one agent live for many days. @throws {Violation} */
export function liveLong(options: LongRunOptions, onDay: (end: DayEnd) => void): Promise<void> {
  return longRun(options, FOLDER, onDay);
}

/** Plays one seed, and where it fails the shortest beginning of its faults that fails, too. */
export async function playShortened(options: Options): Promise<Result> {
  const result = await play(options);
  if (result.violation === undefined) return result;
  const shortest = await shortened(result, play, options);
  const [task] = /\bt\d+-[a-z0-9]+/.exec(shortest.violation ?? "") ?? [];
  return task === undefined
    ? shortest
    : { ...shortest, trace: await storyOf(task, shortest, options) };
}

/** All that was said of a task: what is wrong with it may have been seen long after. */
async function storyOf(task: string, { faults }: Result, options: Options): Promise<string[]> {
  const story: string[] = [];
  const onLine = (line: string) => {
    if (line.includes(task)) story.push(line);
  };
  await play({ ...options, faults: faults.length, onLine });
  return story;
}

/** Plays seeds for a while, or so many. */
export async function playSeeds(
  { from = 0, step, seeds = Infinity, seconds, tasks, first }: SimulateOptions,
  onResult: (result: Result) => void,
): Promise<void> {
  const end = stopwatch() + seconds * 1000;
  const playOne = first ? play : playShortened;
  for (let seed = from, n = 0; n < seeds && stopwatch() < end; seed += step, n++) {
    const result = await playOne({ seed, tasks });
    onResult(result);
    if (first && result.violation !== undefined) return;
  }
}
