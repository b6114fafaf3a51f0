import assert from "node:assert/strict";

import { type Campaign, CAMPAIGNS } from "./campaigns.ts";
import { Ledger } from "./ledger.ts";

/** Worlds at a time: they mostly wait, for an engine, a retry or a heartbeat. */
const AT_ONCE = 8;
const LEAST_FAULTS = 300;

/** For the search of one: a part of the campaigns' names. */
const only = Deno.env.get("AGENT_CORE_TEST_FAULTS") ?? "";
const campaigns = Object.entries(CAMPAIGNS).filter(([name]) => name.includes(only));

Deno.test({
  name: "whatever happens, nothing is lost and nothing runs twice",
  // The worlds overlap: what one of them has open is not what another left behind.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(t) {
    const ledger = new Ledger();
    const results = runAll(campaigns, ledger);
    for (const [name] of campaigns) await t.step(name, () => results.get(name));
    console.log(
      [ledger.details(), ledger.figures(), ledger.summary(), ...ledger.problems].join("\n"),
    );
    assert.deepEqual(ledger.problems, []);
    if (only === "") assert.ok(ledger.faults >= LEAST_FAULTS, `only ${ledger.faults} faults`);
  },
});

/** Starts all campaigns, a few at a time; their results can be awaited in any order. */
function runAll(
  campaigns: readonly (readonly [string, Campaign])[],
  ledger: Ledger,
): Map<string, Promise<void>> {
  const waiting: (() => void)[] = [];
  let busy = 0;
  const place = () => {
    if (busy++ < AT_ONCE) return Promise.resolve();
    return new Promise<void>((resolve) => waiting.push(resolve));
  };
  return new Map(campaigns.map(([name, campaign]) => {
    const result = place().then(() => campaign(ledger)).catch((error) => {
      // The runner would show of a failed disposal neither what failed in it nor what failed before.
      for (const one of unfold(error)) ledger.problem(`${name}: ${one.stack ?? one}`);
      throw error;
    }).finally(() => {
      busy--;
      waiting.shift()?.();
    });
    result.catch(() => {}); // told when its turn comes
    return [name, result];
  }));
}

function unfold(error: unknown): Error[] {
  if (error instanceof SuppressedError) {
    return [...unfold(error.suppressed), ...unfold(error.error)];
  }
  return [error instanceof Error ? error : new Error(String(error))];
}
