import type { FaultEffect, FaultRule } from "./faults.ts";
import { FAULT_CALLS } from "./records.ts";
import { json } from "./refusal.ts";

/** How long `slow` waits: long enough to be noticed, below the time limits that clients usually have. */
const SLOW_MS = 5_000;

const EFFECTS: ReadonlyMap<string, FaultEffect> = new Map<string, FaultEffect>([
  ["slow", { kind: "delay", ms: SLOW_MS }],
  ["hang", { kind: "hang", at: "start" }],
  ["cut", { kind: "cut", at: "start" }],
  ["lost", { kind: "cut", at: "acted" }],
  ["half", { kind: "cut", at: "answer" }],
  ["page", {
    kind: "answer",
    status: 502,
    headers: { "content-type": "text/html; charset=utf-8" },
    body: "<!doctype html><html><title>502</title><body>Bad Gateway</body></html>",
  }],
  ["garbage", {
    kind: "answer",
    status: 200,
    headers: { "content-type": "application/json" },
    body: '{"id": "',
  }],
]);

/** What can go wrong by name, beside a status from 400 to 599. */
export const FAULT_NAMES: readonly string[] = [...EFFECTS.keys()];

/**
 * Reads a fault as a person writes it: `[CALL=]WHAT[:SHARE]`. `503:20%` answers every fifth request on
 * average with 503, `upload=cut:1` cuts the first upload, `slow` slows every request down. `random` gives
 * numbers from 0 to below 1. @returns undefined when it is no fault
 */
export function parseFault(text: string, random: () => number): FaultRule | undefined {
  const found = /^(?:(\w+)=)?([a-z0-9]+)(?::([0-9]+)(%?))?$/.exec(text);
  if (!found) return undefined;
  const [, callName, what, number, percent] = found;
  const call = FAULT_CALLS.find((name) => name === callName);
  const effect = /^[45]\d\d$/.test(what) ? refusal(Number(what)) : EFFECTS.get(what);
  if (!effect || (callName !== undefined && !call)) return undefined;
  if (number === undefined) return { call, effect, times: Infinity };
  const count = Number(number);
  if (count === 0 || (percent && count > 100)) return undefined;
  if (!percent) return { call, effect, times: count };
  return { call, effect, times: Infinity, when: () => random() * 100 < count };
}

/** An error in the form of the Server's own. */
function refusal(status: number): FaultEffect {
  const error = { error: "Injected", message: `dev-server --fault ${status}` };
  return { kind: "answer", ...json(error, status) };
}
