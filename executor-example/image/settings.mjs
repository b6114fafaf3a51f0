import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Failed } from "./failures.mjs";
import { resolveModel } from "./providers.mjs";
import { assertUsable, readKey } from "./secrets.mjs";

/**
 * Which model, and where it is: the image's agent.json, over it the one that the owner of the machine
 * mounts. Each key of the mounted file replaces the image's.
 */
export function readSettings({ image, mounted }) {
  const settings = {
    ...readJson(join(image, "agent.json")),
    ...readJson(join(mounted, "agent.json")),
  };
  const { model = "", thinking = "medium", language = "en", providers = {} } = settings;
  return { model, thinking, language, providers, settings: settings.settings ?? {} };
}

/**
 * The agent as its program wants it: the model's name, and files of its own (name → content). The key
 * stays where it is mounted and is read when it is needed; it is in no environment and no argument.
 */
export function agentSetup(settings, { mounted }) {
  const { name, provider, id, entry } = resolveModel(settings);
  assertNoKeys(settings.providers);
  const keyFile = join(mounted, "api_key");
  const given = readJson(join(mounted, "auth.json"));
  assertKeys(given, join(mounted, "auth.json"));
  const key = readKey(keyFile);
  if (key === undefined && given[provider] === undefined && entry?.api === undefined) {
    throw new Failed("noKey", { provider: name, path: keyFile });
  }
  // A model of one's own may want no key; the agent does want one.
  const source = key === undefined ? "none" : `!cat ${keyFile}`;
  const auth = { [provider]: { type: "api_key", key: source }, ...given };
  const { [name]: _, ...others } = settings.providers;
  const providers = { ...others, ...entry && { [provider]: entry } };
  return {
    provider,
    id,
    files: {
      "auth.json": auth,
      "models.json": { providers },
      "settings.json": settings.settings,
    },
  };
}

/** Keys have one place. agent.json is none: it is in the image, and whoever has that would have the key. */
function assertNoKeys(providers) {
  for (const [name, entry] of Object.entries(providers)) {
    if (entry?.apiKey !== undefined) throw new Failed("keyInSettings", { name });
  }
}

function assertKeys(given, path) {
  for (const entry of Object.values(given)) {
    // `!` is a command that prints the key, `$` a variable: the program's own notation.
    if (typeof entry?.key === "string" && !/^[!$]/.test(entry.key)) assertUsable(entry.key, path);
  }
}

function readJson(path) {
  if (!existsSync(path)) return {};
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new Failed("badSettings", { path, reason: error.message });
  }
}
