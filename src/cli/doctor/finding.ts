import type { Config } from "../../config/mod.ts";
import type { Text } from "../../i18n/mod.ts";
import type { App } from "../app.ts";

/** One thing that a check has found. */
export interface Finding {
  readonly level: "ok" | "warning" | "problem";
  readonly what: Text;
  /** How to mend it. */
  readonly mend?: Text;
}

/** What the checks look at. */
export interface Patient {
  readonly app: App;
  readonly config: Config;
  /** Whether an agent is running on the data folder. */
  readonly running: boolean;
}

/** One check. It throws for nothing that it is meant to find. */
export type Check = (patient: Patient) => Promise<Finding[]>;

/** It is as it should be. */
export function ok(what: Text): Finding {
  return { level: "ok", what };
}

/** It works, but is hardly meant, or will not work for long. */
export function warning(what: Text, mend?: Text): Finding {
  return { level: "warning", what, mend };
}

/** An agent cannot work like this. */
export function problem(what: Text, mend?: Text): Finding {
  return { level: "problem", what, mend };
}
