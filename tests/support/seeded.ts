/** Choices that a seed decides. */
export interface Random {
  /** A number from 0 up to, but not including, 1. */
  fraction(): number;
  /** A whole number from 0 up to, but not including, `limit`. */
  below(limit: number): number;
  /** One of the choices; undefined if there is none. */
  pick<T>(choices: readonly T[]): T;
}

/** The same seed makes the same choices: a linear congruential generator, of which the high bits count. */
export function seeded(seed: number): Random {
  let state = BigInt.asUintN(64, BigInt(seed));
  const fraction = () => {
    // Multiplier and increment of Knuth's MMIX.
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
    return Number(state >> 32n) / 2 ** 32;
  };
  fraction();
  const below = (limit: number) => Math.floor(fraction() * limit);
  return { fraction, below, pick: (choices) => choices[below(choices.length)] };
}
