import { daemonText, Failure } from "../i18n/mod.ts";
import type { Program } from "./own_program.ts";

/** Whose service it is: this user's, started when they log in, or the machine's. */
export type ServiceScope = "user" | "system";

/** What a service file is made from. All paths are absolute. */
export interface ServiceOptions {
  readonly scope: ServiceScope;
  /** What to start; see {@linkcode ownProgram}. */
  readonly program: Program;
  /** The program's own arguments, e.g. `["--config", path, "run"]`. Never a secret. */
  readonly args: readonly string[];
  readonly dataDir: string;
  /** The folder that the program starts in. */
  readonly workingDir: string;
  /** Name of the service, for a second agent on a machine. @default {"agent-core"} */
  readonly name?: string;
  /** The account of a system service. @default {root, SYSTEM on Windows} */
  readonly user?: string;
  /** The same by its numbers: whose file its variables are. @default {whoever installs it} */
  readonly owner?: { readonly uid: number; readonly gid: number };
  /** Further environment. Never a secret: everybody can read it. Windows' tasks have none. */
  readonly env?: Readonly<Record<string, string>>;
  /** Variables that may be secret: they go into a file that only the service's account may read. */
  readonly variables?: Readonly<Record<string, string>>;
  /** One line for people. @default {the English sentence} */
  readonly description?: string;
}

/**
 * Set to `1` by whoever starts the agent anew when it ends: our own service files. Windows' tasks have no
 * variables, and none of ours is started again after an end.
 */
export const SERVICE_VARIABLE = "AGENT_CORE_SERVICE";

export const SERVICE_NAME = "agent-core";

/**
 * Makes sure that a text can stand on one line of a service file.
 *
 * @throws {Failure} when it holds a line break or another control character.
 */
export function fit(value: string): string {
  // deno-lint-ignore no-control-regex
  if (/[\x00-\x1f\x7f]/.test(value)) {
    throw new Failure(daemonText.serviceValueUnfit({ value: JSON.stringify(value) }));
  }
  return value;
}

/** A text as the content or attribute of an XML element. */
export function xml(value: string): string {
  return fit(value).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;").replaceAll("'", "&apos;");
}
