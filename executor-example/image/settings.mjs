import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Failed } from "./failures.mjs";

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
 * The same as files of the agent's own: name → content. The key stays where it is mounted and is read
 * when it is needed; it is in no environment and no argument.
 */
export function agentFiles({ model, providers, settings }, { mounted }) {
  const [provider, ...rest] = model.split("/");
  const id = rest.join("/");
  if (provider === "" || id === "") throw new Failed("noModel", { model });
  const keyFile = join(mounted, "api_key");
  const given = readJson(join(mounted, "auth.json"));
  const own = providers[provider];
  const keyed = existsSync(keyFile);
  if (!keyed && given[provider] === undefined && own?.api === undefined) {
    throw new Failed("noKey", { provider, path: keyFile });
  }
  if (keyed) assertReadable(keyFile);
  // A model of one's own may want no key; the agent does want one.
  const key = keyed ? `!cat ${keyFile}` : "none";
  const auth = { [provider]: { type: "api_key", key }, ...given };
  // Enough to name an endpoint: what the model can do has sensible defaults.
  const listed = own?.api === undefined ? own : { models: [{ id }], ...own };
  return {
    "auth.json": auth,
    "models.json": { providers: { ...providers, ...listed && { [provider]: listed } } },
    "settings.json": settings,
  };
}

/** The owner of the machine may have kept the key from the container's user as well. */
function assertReadable(path) {
  try {
    accessSync(path, constants.R_OK);
  } catch {
    throw new Failed("keyUnreadable", { path, user: process.getuid() });
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
