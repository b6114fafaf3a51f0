import type { Text } from "./text.ts";

/** One thing that a check has found. */
export interface Finding {
  readonly level: "ok" | "warning" | "problem";
  readonly what: Text;
  /** How to mend it. */
  readonly mend?: Text;
}

/** It is as it should be. */
export function ok(what: Text): Finding {
  return { level: "ok", what };
}

/** It works, but probably not as meant, or not for long. */
export function warning(what: Text, mend?: Text): Finding {
  return { level: "warning", what, mend };
}

/** An agent cannot work like this. */
export function problem(what: Text, mend?: Text): Finding {
  return { level: "problem", what, mend };
}
