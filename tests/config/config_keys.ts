import { envName, keyNames, specOf } from "../../src/config/key_names.ts";
import { configKeyText } from "../../src/i18n/mod.ts";

/** What there is to know about each key of the configuration but the fields of the mounts. */
export function configKeys() {
  return keyNames().map((key) => {
    const { fallback, example } = specOf(key);
    return { key, default: fallback, example, env: envName(key), about: configKeyText[key] };
  });
}
