import type { Result } from "./play.ts";

/** Faults and lines of the trace that a failure is shown with, the last ones. */
const FAULTS = 25;
const LINES = 60;
/** What a trace is full of and nobody learns from. */
const USUAL = /: (?:timer|interval|sweep|statfs)$/;

/** What has been played so far. */
export class Tally {
  readonly #begun = performance.now();
  seeds = 0;
  failed = 0;
  #faults = 0;
  #hours = 0;

  add({ count, hours, violation }: { count: number; hours: number; violation?: string }): void {
    this.seeds++;
    this.#faults += count;
    this.#hours += hours;
    if (violation !== undefined) this.failed++;
  }

  line(): string {
    const minutes = (performance.now() - this.#begun) / 60_000;
    return `simulate: ${this.seeds} seeds, ${this.failed} failed; ${this.#faults} faults (` +
      `${Math.round(this.#faults / minutes)} a minute), ${
        Math.round(this.#hours)
      } hours of an agent (` +
      `${Math.round(this.#hours / minutes)} a minute)`;
  }
}

/** What a failed seed has to say: how to play it again, the shortest way there, and its end. */
export function describeFailure(
  { seed, violation, faults, trace }: Pick<Result, "seed" | "violation" | "faults" | "trace">,
  { tasks }: { readonly tasks: number | undefined },
): string {
  const more = tasks === undefined ? "" : ` --tasks ${tasks}`;
  const count = faults.length === 0
    ? "without any fault"
    : `with its first ${faults.length} faults`;
  return [
    `seed ${seed} FAILED ${count}: ${violation}`,
    ...faults.length > 0 ? ["the last of them:"] : [],
    ...faults.slice(-FAULTS).map(({ at, what }) => `  ${(at / 1000).toFixed(3)} s  ${what}`),
    "how it ended:",
    ...trace.filter((line) => !USUAL.test(line)).slice(-LINES).map((line) => `  ${line}`),
    `again: ./dev simulate --seed ${seed} --faults ${faults.length}${more}`,
  ].join("\n");
}
