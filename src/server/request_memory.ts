import * as z from "zod/mini";

import { type Clock, SYSTEM_CLOCK } from "../util/mod.ts";
import type { BudgetOptions, UsedRequests } from "./budget.ts";

/** Where single facts outlive the process: the journal. */
export interface Facts {
  fact(key: string): string | undefined;
  setFact(key: string, value: string): void;
}

const KEY = "requests";
/** When an agent-core that kept no more than this had its last heartbeat answered; one came every 20 s. */
const OLD_KEY = "last_request_at";
const OLD_MS = 90_000;

const schema = z.object({
  times: z.array(z.number()).check(z.maxLength(10_000)),
  ahead: z.int().check(z.minimum(0)),
});

/**
 * What a budget needs to remember its requests over a restart, be it after a kill. A journal of an older
 * agent-core tells no more than that there may have been some: half of the window then.
 */
export function requestMemory(
  facts: Facts,
  clock: Clock = SYSTEM_CLOCK,
): Required<Pick<BudgetOptions, "used" | "onAhead">> {
  return {
    used: usedBefore(facts, clock.wall()),
    onAhead(used) {
      try {
        facts.setFact(KEY, JSON.stringify(used));
      } catch {
        // A heartbeat must not wait for room on the disk: without this, a 429 after a kill is the worst.
      }
    },
  };
}

function usedBefore(facts: Facts, now: number): UsedRequests | "half" {
  const kept = facts.fact(KEY);
  if (kept !== undefined) {
    try {
      return schema.parse(JSON.parse(kept));
    } catch {
      return "half";
    }
  }
  const last = facts.fact(OLD_KEY);
  // One in the future means that the clock was set back.
  if (last === undefined || now - Number(last) >= OLD_MS) return { times: [], ahead: 0 };
  return "half";
}
