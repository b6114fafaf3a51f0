import { configKeyText, configSectionText, type Text } from "../i18n/mod.ts";
import type { KeySpec } from "./key_spec.ts";
import { type ConfigKey, KEYS } from "./keys.ts";

/** What there is to know about a key, for documentation and tests. */
export interface ConfigKeyInfo {
  readonly key: ConfigKey;
  /** As it is written in the file; absent where the default is "not set". */
  readonly default?: unknown;
  /** A value, for keys without a default. */
  readonly example?: unknown;
  /** The environment variable that overrides it. */
  readonly env: string;
  readonly about: Text;
}

/** All keys of the configuration but the fields of the mounts, in the order of the default file. */
export function configKeys(): ConfigKeyInfo[] {
  return keyNames().map((key) => {
    const { fallback, example } = specOf(key);
    return { key, default: fallback, example, env: envName(key), about: configKeyText[key] };
  });
}

/** The names of all keys. */
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
