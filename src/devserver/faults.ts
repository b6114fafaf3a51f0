import type { CallName, RequestFacts } from "./records.ts";

/** An answer in the place of the Server's own. */
export interface FalseAnswer {
  readonly kind: "answer";
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text, bytes, or a stream of them made anew for each request (it may be endless). */
  readonly body?: string | Uint8Array | (() => AsyncIterable<Uint8Array>);
  /** The request is carried out all the same. @default {false} */
  readonly acts?: boolean;
}

/**
 * What is done to a request.
 * - `answer`: another answer is given.
 * - `delay`: `ms` pass before it is carried out (or, `after: true`, before it is answered).
 * - `cut`: the connection is reset – `start`: nothing but the head was read; `request`: `afterBytes`
 *   (default 1) of its body were read and nothing was done; `acted`: it was carried out, its answer is
 *   lost; `answer`: the head and `afterBytes` (default half) of the answer's body went out;
 *   `upload-end`: an upload's row is written but its bytes are not, see {@linkcode DevFile.stored}.
 * - `hang`: nothing is sent any more and the connection stays open, until the client or the Server goes
 *   away – from the `start`, when it was carried out (`acted`), or in the middle of the `answer`.
 */
export type FaultEffect =
  | FalseAnswer
  | { readonly kind: "delay"; readonly ms: number; readonly after?: boolean }
  | {
    readonly kind: "cut";
    readonly at: "start" | "request" | "acted" | "answer" | "upload-end";
    readonly afterBytes?: number;
  }
  | {
    readonly kind: "hang";
    readonly at: "start" | "acted" | "answer";
    readonly afterBytes?: number;
  };

/** Which requests are meant, and what is done to them. */
export interface FaultRule {
  readonly effect: FaultEffect;
  /** Any call by default. */
  readonly call?: CallName | readonly CallName[];
  /** Only requests about this task. Where a body names it, the fault comes when that was read. */
  readonly taskId?: string;
  readonly fileId?: string;
  /** Asked of a request that fits otherwise. */
  readonly when?: (request: RequestFacts) => boolean;
  /** From which fitting request on, counted from 1. @default {1} */
  readonly nth?: number;
  /** For how many requests; `Infinity` until it is removed. @default {1} */
  readonly times?: number;
}

/** Faults to inject into requests to come. */
export interface Faults {
  /** Adds a rule; earlier rules come first. @returns what removes it */
  inject(rule: FaultRule): () => void;
  /** Removes all rules. */
  clear(): void;
  /** How many requests a fault was injected into. */
  readonly injected: number;
}

/** The Server's side of {@linkcode Faults}. */
export interface FaultRules extends Faults {
  /**
   * The effect for a request, if a rule fits. It is asked when the head has come, and once more when
   * the body has named a task: rules that name a task too are looked at then.
   */
  take(request: RequestFacts, known: "head" | "task in body"): FaultEffect | undefined;
}

/** Starts without any rule. */
export function createFaults(): FaultRules {
  const rules = new Set<{ readonly rule: FaultRule; seen: number }>();
  let injected = 0;
  return {
    inject(rule) {
      const entry = { rule, seen: 0 };
      rules.add(entry);
      return () => rules.delete(entry);
    },
    clear: () => rules.clear(),
    get injected() {
      return injected;
    },
    take(request, known) {
      for (const entry of rules) {
        const { rule } = entry;
        // Rules without a task had their turn when the head came.
        if (known === "task in body" && rule.taskId === undefined) continue;
        if (!fits(rule, request)) continue;
        entry.seen++;
        const nth = rule.nth ?? 1;
        if (entry.seen < nth) continue;
        if (entry.seen >= nth + (rule.times ?? 1) - 1) rules.delete(entry);
        injected++;
        return rule.effect;
      }
    },
  };
}

function fits(rule: FaultRule, request: RequestFacts): boolean {
  const calls = typeof rule.call === "string" ? [rule.call] : rule.call;
  return (!calls || calls.includes(request.call)) &&
    (rule.taskId === undefined || rule.taskId === request.taskId) &&
    (rule.fileId === undefined || rule.fileId === request.fileId) &&
    (rule.when?.(request) ?? true);
}
