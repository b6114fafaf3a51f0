import type { CallName } from "./records.ts";

/** What a request is when a rule is looked for. */
export interface RequestFacts {
  readonly call: CallName;
  readonly method: string;
  readonly path: string;
  readonly serviceId?: string;
  readonly taskId?: string;
  readonly fileId?: string;
}

/** An answer that is no answer of the Server's. */
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
 * - `answer`: something else is said.
 * - `delay`: `ms` pass before it is carried out (or, `after: true`, before it is answered).
 * - `cut`: the connection is reset – `start`: nothing but the head was read; `request`: `afterBytes`
 *   (default 1) of its body were read and nothing was done; `acted`: it was carried out, its answer is
 *   lost; `answer`: the head and `afterBytes` (default half) of the answer's body went out;
 *   `upload-end`: an upload's row is written but its bytes are not, see {@linkcode DevFile.stored}.
 * - `hang`: no word any more, neither answer nor end – at `start`, when `acted`, or in the `answer` –
 *   until the client or the Server goes away.
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
  readonly serviceId?: string;
  /** For a call with its task in the body this is decided when that was read. */
  readonly taskId?: string;
  readonly fileId?: string;
  /** A last word on a request that fits otherwise. */
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
export interface FaultBook extends Faults {
  /**
   * The effect for a request, if a rule fits; asked once when the head has come (`early`) and, where the
   * task stands in the body, once more when it is known (`late`, then only of rules that name a task).
   */
  take(request: RequestFacts, when: "early" | "late"): FaultEffect | undefined;
}

/** An empty book of faults. */
export function createFaults(): FaultBook {
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
    take(request, when) {
      for (const entry of rules) {
        const { rule } = entry;
        const taskInBody = request.taskId === undefined || when === "late";
        if (rule.taskId !== undefined && taskInBody !== (when === "late")) continue;
        if (rule.taskId === undefined && when === "late") continue;
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
    (rule.serviceId === undefined || rule.serviceId === request.serviceId) &&
    (rule.taskId === undefined || rule.taskId === request.taskId) &&
    (rule.fileId === undefined || rule.fileId === request.fileId) &&
    (rule.when?.(request) ?? true);
}
