/**
 * `deno task fuzz [rounds] [seed]`: random and damaged input for all that reads what a stranger wrote –
 * config.toml, the engine's answers and log frames, the Server's answers, names of files and tasks.
 * The same seed gives the same run; by default another one each time, which is printed.
 */
import { fuzzConfig } from "./config_fuzz.ts";
import { fuzzDocker } from "./docker_fuzz.ts";
import { fuzzNames } from "./names_fuzz.ts";
import { fuzzServer } from "./server_fuzz.ts";

/** About a minute. */
const DEFAULT_ROUNDS = 3_000;

const PARTS = { config: fuzzConfig, docker: fuzzDocker, server: fuzzServer, names: fuzzNames };

function wholeNumber(word: string | undefined, fallback: number, name: string): number {
  if (word === undefined) return fallback;
  const value = Number(word);
  if (Number.isSafeInteger(value) && value >= 1 && value < 2 ** 32) return value;
  console.error(`${name} must be a whole number from 1 to 4294967295, not ${word}`);
  console.error("usage: deno task fuzz [rounds] [seed]");
  Deno.exit(2);
}

async function main(): Promise<number> {
  const rounds = wholeNumber(Deno.args[0], DEFAULT_ROUNDS, "rounds");
  const chance = 1 + crypto.getRandomValues(new Uint32Array(1))[0] % (2 ** 31);
  const seed = wholeNumber(Deno.args[1], chance, "seed");
  console.log(`fuzz: seed ${seed}, ${rounds} rounds of each part`);
  let failures = 0;
  for (const [name, part] of Object.entries(PARTS)) {
    const start = performance.now();
    try {
      const { rounds: done, ...met } = await part({ rounds, seed });
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      console.log(`${name}: ${done} rounds in ${seconds} s, ${JSON.stringify(met)}`);
    } catch (error) {
      failures++;
      console.error(`${name}: FAILED. Again with: deno task fuzz ${rounds} ${seed}`);
      console.error(error);
    }
  }
  const verdict = failures === 0 ? "nothing found" : `${failures} of its parts failed`;
  console.log(`fuzz: seed ${seed}: ${verdict}`);
  return failures === 0 ? 0 : 1;
}

Deno.exit(await main());
