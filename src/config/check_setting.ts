import type { Text } from "../i18n/mod.ts";
import { homeFolder } from "../util/mod.ts";
import { isWsl, resolveHostPath } from "./host_path.ts";
import { specOf } from "./key_names.ts";
import type { Setting } from "./key_spec.ts";
import type { ConfigKey } from "./keys.ts";
import { fromText } from "./settings.ts";

/**
 * Checks what a person typed for a key that takes one value, before there is a configuration.
 *
 * @param folder where relative paths start
 * @returns the value as it is to be written into the file, or what is expected instead.
 */
export function checkSetting(
  key: ConfigKey,
  text: string,
  { folder, env }: { readonly folder: string; readonly env: Readonly<Record<string, string>> },
): { readonly value: Setting } | { readonly expected: Text } {
  const { type, read, expected } = specOf(key);
  const value = fromText(text, type) as Setting;
  if (read(value) === undefined) return { expected };
  if (type !== "path") return { value };
  const { os } = Deno.build;
  const home = homeFolder(env);
  const resolved = resolveHostPath(text, folder, { os, wsl: isWsl(os, env), home });
  return "path" in resolved ? { value: text } : { expected: resolved.expected };
}
