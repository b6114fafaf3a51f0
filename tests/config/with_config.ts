import assert from "node:assert/strict";
import { join } from "node:path";
import {
  ConfigFailure,
  loadConfig,
  type LoadedConfig,
  type LoadOptions,
} from "../../src/config/mod.ts";

/** Runs `use` with a new folder, which is gone afterwards. */
export async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await Deno.makeTempDir({ prefix: "agent-core-" });
  try {
    return await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Writes a `config.toml` as its owner's alone. */
export async function writeConfig(folder: string, text: string | Uint8Array): Promise<string> {
  const path = join(folder, "config.toml");
  await Deno.writeFile(path, typeof text === "string" ? new TextEncoder().encode(text) : text);
  if (Deno.build.os !== "windows") await Deno.chmod(path, 0o600);
  return path;
}

/** Loads a text as the program would load a file, but as if on Linux and without an environment. */
export function load(
  text: string | Uint8Array,
  options: Partial<LoadOptions> = {},
): Promise<LoadedConfig> {
  return inFolder(async (folder) => {
    const path = await writeConfig(folder, text);
    const plain = { env: {}, os: "linux", wsl: false, home: "/home/me", cwd: "/cwd" } as const;
    return await loadConfig({ path, ...plain, ...options });
  });
}

/** The failure with which a configuration is refused. */
export async function refusal(loading: Promise<LoadedConfig>): Promise<ConfigFailure> {
  const error = await loading.then(() => undefined, (error: unknown) => error);
  assert.ok(error instanceof ConfigFailure, `not refused, but ${error}`);
  return error;
}
