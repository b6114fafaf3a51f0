import type { Config } from "../../config/mod.ts";
import type { Finding } from "../../i18n/mod.ts";
import type { App } from "../app.ts";

/** What the checks look at. */
export interface CheckContext {
  readonly app: App;
  readonly config: Config;
  /** Whether an agent is running on the data folder. */
  readonly running: boolean;
}

/** One check. It throws for nothing that it is meant to find. */
export type Check = (context: CheckContext) => Promise<Finding[]>;
