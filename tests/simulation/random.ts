import type { Random } from "../support/seeded.ts";

/** A stream of choices that a seed decides, cheap enough for one at every step. */
export interface Chance extends Random {
  /** Whether something happens that does so in this part of all cases. */
  is(part: number): boolean;
  /** A whole number from `least` to `most`, both among them. */
  between(least: number, most: number): number;
  /** One of the entries, each as often as its weight says. */
  weighted<T>(entries: readonly (readonly [weight: number, what: T])[]): T;
}

/** The same seed and name make the same choices; two names of one seed have nothing to do with each other. */
export function chance(seed: number, name: string): Chance {
  let state = mixed(seed);
  for (const letter of name) state = mixed(state ^ letter.codePointAt(0)!);
  const fraction = () => {
    // A xorshift of 32 bits (Marsaglia), whose state is never 0.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (mixed(state) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(fraction() * limit);
  return {
    fraction,
    below,
    pick: (choices) => choices[below(choices.length)],
    is: (part) => fraction() < part,
    between: (least, most) => least + below(most - least + 1),
    weighted(entries) {
      let left = fraction() * entries.reduce((sum, [weight]) => sum + weight, 0);
      for (const [weight, what] of entries) if ((left -= weight) < 0) return what;
      return entries.at(-1)![1];
    },
  };
}

/** Spreads a number over all 32 bits; never 0. */
function mixed(number: number): number {
  let bits = (number ^ 0x5bd1e995) | 0;
  bits = Math.imul(bits ^ (bits >>> 15), 0x2c1b3c6d);
  bits = Math.imul(bits ^ (bits >>> 12), 0x297a2d39);
  return (bits ^ (bits >>> 15)) || 1;
}
