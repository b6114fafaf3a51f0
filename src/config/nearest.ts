import { editDistance } from "../util/mod.ts";

/**
 * The candidate that looks most like `word`, if one looks like it at all: at most a third of the
 * letters (and no less than two) added, left out, changed or swapped with a neighbour.
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > 100) return undefined;
  const lower = word.toLowerCase().replaceAll("-", "_");
  let best: string | undefined;
  let least = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(lower, candidate);
    if (distance < least && distance < candidate.length) [best, least] = [candidate, distance];
  }
  return best;
}
