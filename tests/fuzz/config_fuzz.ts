import { join } from "node:path";
import { ConfigFailure, defaultConfigText, loadConfig } from "../../src/config/mod.ts";
import { setInText } from "../../src/config/edit_text.ts";
import { readToml } from "../../src/config/toml.ts";

/** How long and from where {@linkcode fuzzConfig} goes. */
export interface ConfigFuzzOptions {
  readonly rounds: number;
  /** The same seed gives the same run. */
  readonly seed: number;
}

/** What a run met. */
export interface ConfigFuzzResult {
  readonly rounds: number;
  /** Configurations that were taken. */
  readonly taken: number;
  /** Those that were refused with a list of problems. */
  readonly refused: number;
  /** Edits that found a place. */
  readonly edited: number;
}

const PIECES = [
  "[",
  "]",
  "[[",
  "]]",
  "{",
  "}",
  "=",
  ".",
  ",",
  "#",
  '"',
  "'",
  '"""',
  "'''",
  "\\",
  "\n",
  "\r\n",
  "\r",
  "\t",
  "\0",
  "\ufeff",
  "\u202e",
  "😀",
  "é",
  "__proto__",
  "constructor",
  "toString",
  "nan",
  "-inf",
  "1e999",
  "0x",
  "_",
  "9007199254740993",
  "2026-01-01 00:00:00",
  "\\ud800",
  "\\U00110000",
  "[agent]",
  "agent.",
  "agent = {",
  "[[paths.mounts]]",
  "host = '/a'",
  "[executor.gpu]",
  "true",
  "\n[agent]\nname = 'x'\n",
  "[server]\n",
  "api_key = 'ak_agent_secret'\n",
  "-",
  " ",
]; // deno-fmt-ignore-line

/**
 * Gives {@linkcode loadConfig} random bytes, random TOML and a default file with random damage.
 *
 * @throws what came out that is neither a configuration nor a {@linkcode ConfigFailure}, or an
 * edit that broke the file, with the input that did it.
 */
export async function fuzzConfig({ rounds, seed }: ConfigFuzzOptions): Promise<ConfigFuzzResult> {
  const random = randomOf(seed);
  const folder = await Deno.makeTempDir({ prefix: "agent-core-" });
  const path = join(folder, "config.toml");
  const result = { rounds, taken: 0, refused: 0, edited: 0 };
  try {
    for (let round = 0; round < rounds; round++) {
      const input = makeInput(random);
      await Deno.writeFile(path, input, { mode: 0o600 });
      try {
        await loadConfig({ path, env: { HOME: "/home/me" }, cwd: folder });
        result.taken++;
      } catch (error) {
        if (!(error instanceof ConfigFailure)) throw complaint("crashed", input, error);
        if (/ak_agent_secret/.test(error.message)) throw complaint("showed the key", input);
        result.refused++;
      }
      if (await tryEdit(input)) result.edited++;
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  return result;
}

async function tryEdit(input: Uint8Array): Promise<boolean> {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(input);
  const edited = setInText(text, "agent.api_key", 'new "key"');
  if (edited === undefined) return false;
  // What was refused before may be refused after; what was taken must be.
  if ("document" in await readToml(text) && "problems" in await readToml(edited)) {
    throw complaint("was broken by an edit", input);
  }
  return true;
}

function complaint(what: string, input: Uint8Array, cause?: unknown): Error {
  const text = JSON.stringify(new TextDecoder().decode(input));
  return new Error(`The configuration ${text} ${what}`, { cause });
}

function makeInput(random: () => number): Uint8Array {
  const below = (limit: number) => Math.floor(random() * limit);
  const piece = () => PIECES[below(PIECES.length)]!;
  const encoder = new TextEncoder();
  switch (below(3)) {
    case 0:
      return Uint8Array.from({ length: below(300) }, () => below(256));
    case 1:
      return encoder.encode(Array.from({ length: below(40) }, piece).join(""));
    default: {
      let text = defaultConfigText(below(2) === 0 ? "en" : "zh");
      for (let damage = below(4); damage >= 0; damage--) {
        const at = below(text.length);
        text = text.slice(0, at) + piece() + text.slice(at + below(20));
      }
      return encoder.encode(text);
    }
  }
}

/** Numbers in [0, 1) from a linear congruential generator (the constants are Knuth's MMIX). */
function randomOf(seed: number): () => number {
  let state = BigInt(seed);
  return () => {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
    return Number(state >> 11n) / 2 ** 53;
  };
}
