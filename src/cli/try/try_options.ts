import type { GlobalOptions } from "../app.ts";

/** The options of `try`. */
export interface TryOptions extends GlobalOptions {
  readonly image?: string;
  readonly prompt?: string;
  readonly task?: string;
  readonly outputPrompt?: string;
  readonly input?: readonly string[];
  readonly buildArg?: readonly string[];
  readonly promote?: boolean;
  readonly keep?: boolean;
  readonly json?: boolean;
}
