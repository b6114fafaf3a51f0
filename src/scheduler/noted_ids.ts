import * as z from "zod/mini";

import type { Journal } from "../journal/mod.ts";

const IDS = z.array(z.number());

/** The attempts that a fact of the journal lists. */
export function readIds(journal: Journal, fact: string): number[] {
  return IDS.parse(JSON.parse(journal.fact(fact) ?? "[]"));
}

/** Makes a fact of the journal list these attempts; one that does already is left alone. */
export function writeIds(journal: Journal, fact: string, ids: readonly number[]): void {
  const words = JSON.stringify(ids);
  if (words !== (journal.fact(fact) ?? "[]")) journal.setFact(fact, words);
}
