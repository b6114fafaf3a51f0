import { parseArgs } from "node:util";

/** How to simulate, as it is asked for on the command line. */
export interface SimulateOptions {
  /** The only seed to play; undefined for as many as there is time for. */
  readonly seed: number | undefined;
  /** For how long to play new seeds. */
  readonly seconds: number;
  /** The first of them; undefined for any. */
  readonly start: number | undefined;
  /** Days that one agent is to live; undefined for episodes. */
  readonly days: number | undefined;
  /** Tasks of each episode, or of each day; undefined for what the seed says, or 1000 a day. */
  readonly tasks: number | undefined;
  /** Faults of each episode at most; undefined for what the seed says. */
  readonly faults: number | undefined;
  /** Print everything that happens. */
  readonly trace: boolean;
  /** Play every `step`th seed from this one on, and tell of each in JSON: for the processes that do the work. */
  readonly from: number | undefined;
  readonly step: number;
  /** So many seeds at most; undefined for as many as there is time for. */
  readonly seeds: number | undefined;
  /** End with the first that fails, told as it was played: nothing is made shorter. */
  readonly first: boolean;
}

export const USAGE = `usage: ./dev simulate [--seconds N] [--tasks N] [--start S]
       ./dev simulate --seed S [--tasks N] [--faults N] [--trace]
       ./dev simulate --days N [--tasks N] [--seed S]

Without --seed: new seeds for N seconds (60), on every core, from S on or from anywhere. With --days: one
agent, and what it takes at the end of each day; where that does not level off it fails, once three
histories of its journal have passed.`;

/** Reads the command line. @throws {Error} that says what is wrong */
export function readOptions(args: string[]): SimulateOptions {
  const value = { type: "string" } as const;
  const { values } = parseArgs({
    args,
    options: {
      seed: value,
      seconds: value,
      start: value,
      days: value,
      tasks: value,
      faults: value,
      trace: { type: "boolean" },
      from: value,
      step: value,
      seeds: value,
      first: { type: "boolean" },
    },
  });
  const number = (name: Exclude<keyof typeof values, "trace" | "first">) => {
    if (values[name] === undefined) return undefined;
    const number = Number(values[name]);
    if (Number.isSafeInteger(number) && number >= 0) return number;
    throw new Error(`--${name} "${values[name]}" is no whole number`);
  };
  const isOne = values.seed !== undefined && values.days === undefined;
  if (!isOne && (values.faults !== undefined || values.trace)) {
    throw new Error("--faults and --trace are for one episode: say which --seed");
  }
  return {
    seed: number("seed"),
    days: number("days"),
    seconds: number("seconds") ?? 60,
    start: number("start"),
    tasks: number("tasks"),
    faults: number("faults"),
    trace: values.trace ?? false,
    from: number("from"),
    step: number("step") ?? 1,
    seeds: number("seeds"),
    first: values.first ?? false,
  };
}
