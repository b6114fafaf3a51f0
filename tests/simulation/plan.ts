import type { Chance } from "./random.ts";

/** An output file of a task. */
export interface PlannedFile {
  /** Below the workspace. */
  readonly name: string;
  readonly size: number;
}

/** What a task will do, and what is done to it. */
export interface TaskPlan {
  readonly id: string;
  /** When it is submitted, milliseconds from the beginning. */
  readonly at: number;
  /** How long its program works, milliseconds. */
  readonly workMs: number;
  readonly exitCode: number;
  readonly inputs: readonly number[];
  readonly files: readonly PlannedFile[];
  /** How long after its submission its user cancels it; undefined for never. */
  readonly cancelAfter: number | undefined;
  /** Its program goes on when it is asked to end. */
  readonly isDeaf: boolean;
}

/** The Server of the simulation takes no larger file. Bytes. */
export const MAX_UPLOAD = 500_000;

/** Most files that all tasks of an episode have together: each is a request, of 150 a minute. */
const MOST_FILES = 500;

/** Draws the tasks of an episode, from one of no length to one of hours. */
export function planTasks(chance: Chance, count: number, spanMs: number): TaskPlan[] {
  let left = MOST_FILES;
  return Array.from({ length: count }, (_, index) => {
    const files = planFiles(chance, left);
    left -= files.length;
    return {
      id: `t${index}-${chance.below(2 ** 31).toString(36)}`,
      at: chance.is(0.2) ? 0 : chance.fraction() * spanMs,
      workMs: chance.weighted([
        [3, 0],
        [8, chance.fraction() * 2_000],
        [8, chance.fraction() * 60_000],
        [3, chance.fraction() * 1_200_000],
        [1, chance.fraction() * 4 * 3_600_000],
        // Close to a limit that there may be.
        [1, chance.pick([5, 60]) * 60_000 - chance.fraction() * 20_000],
      ]),
      exitCode: chance.weighted([[6, 0], [1, 1], [1, 7]]),
      inputs: Array.from(
        { length: chance.weighted([[4, 0], [2, 1], [1, 3]]) },
        () => chance.between(0, 3_000),
      ),
      files,
      cancelAfter: chance.is(0.12) ? chance.fraction() ** 2 * 180_000 : undefined,
      isDeaf: chance.is(0.1),
    };
  });
}

function planFiles(chance: Chance, most: number): PlannedFile[] {
  const wanted = chance.weighted([
    [3, 0],
    [10, chance.between(1, 4)],
    [2, chance.between(5, 30)],
    [0.3, chance.between(60, 300)],
  ]);
  return Array.from({ length: Math.min(wanted, most) }, (_, index) => {
    const folder = chance.weighted([[3, "output"], [1, "output/data"]]);
    const isRefused = chance.is(0.01);
    const size = isRefused ? MAX_UPLOAD + chance.between(1, 100) : chance.between(0, 2_000);
    return { name: `${folder}/f${index}.txt`, size };
  });
}

/** The bytes of a file: the same for the same name. */
export function bytesOf(name: string, size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  let state = size + 1;
  for (const letter of name) state = (state * 31 + letter.codePointAt(0)!) % 65_521;
  for (let at = 0; at < size; at++) bytes[at] = state = (state * 75 + 74) % 65_537;
  return bytes;
}
