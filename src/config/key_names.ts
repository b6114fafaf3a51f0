import { configSectionText } from "../i18n/mod.ts";
import type { KeySpec } from "./key_spec.ts";
import { type ConfigKey, KEYS } from "./keys.ts";

/** The names of all keys but the fields of the mounts, in the order of the default file. */
export function keyNames(): ConfigKey[] {
  return Object.keys(KEYS) as ConfigKey[];
}

/** The names of all sections, in the order of the default file. */
export function sectionNames(): (keyof typeof configSectionText)[] {
  return Object.keys(configSectionText) as (keyof typeof configSectionText)[];
}

/** The specification of a key, without its own types. */
export function specOf(key: ConfigKey): KeySpec {
  return KEYS[key];
}

/** Where the names of all variables begin. */
export const ENV_PREFIX = "AGENT_CORE_";

/** `AGENT_CORE_SERVER_BASE_URL` for `server.base_url`. */
export function envName(key: string): string {
  return `${ENV_PREFIX}${key.replaceAll(".", "_").toUpperCase()}`;
}
