import { join } from "@std/path";

import { type DevServer, startDevServer } from "../../../src/devserver/mod.ts";
import { sleep } from "../../../src/util/mod.ts";
import { removeLeftovers, TEST_IMAGE, testEngine } from "../../support/engine.ts";
import {
  agentCore,
  type Ended,
  inTerminal,
  type RunOptions,
  type Step,
  type TerminalEnded,
} from "./program.ts";

/** An empty folder to run agent-core in; removed at the end, with the agent that is left in it. */
export interface Place extends AsyncDisposable {
  readonly folder: string;
  readonly dataDir: string;
  readonly configPath: string;
  /** Runs it in English unless the arguments or `env` say otherwise. */
  run(args: readonly string[], env?: RunOptions["env"]): Promise<Ended>;
  type(
    args: readonly string[],
    steps: readonly Step[],
    env?: RunOptions["env"],
  ): Promise<TerminalEnded>;
  /** Writes a configuration for a Server and the test image, whose tasks run `script`. */
  configure(options: ConfigureOptions): Promise<void>;
}

/** What a configuration is to hold. */
export interface ConfigureOptions {
  readonly url: string;
  readonly agent?: { readonly serviceId: string; readonly apiKey: string };
  /** @default {"echo hello"} */
  readonly script?: string;
  /** @default {the test image} */
  readonly image?: string;
  /** More lines at the end. */
  readonly more?: string;
}

/** Makes a place. */
export async function createPlace(): Promise<Place> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "agent-core-" }));
  const dataDir = join(folder, "data");
  const configPath = join(folder, "config.toml");
  const english = { AGENT_CORE_LANG: "en" };
  const place: Place = {
    folder,
    dataDir,
    configPath,
    run: (args, env) => agentCore(args, { cwd: folder, env: { ...english, ...env } }),
    type: (args, steps, env) =>
      inTerminal(args, steps, { cwd: folder, env: { ...english, ...env } }),
    configure: (options) => Deno.writeTextFile(configPath, configText(options), { mode: 0o600 }),
    async [Symbol.asyncDispose]() {
      await place.run(["stop", "--data-dir", dataDir, "--cancel-tasks", "--timeout", "30s"]);
      await place.run(["stop", "--data-dir", dataDir]);
      await removeContainers(dataDir);
      await Deno.remove(folder, { recursive: true });
    },
  };
  return place;
}

/** An agent that stops leaves its containers to the next start, and here there is none. */
async function removeContainers(dataDir: string): Promise<void> {
  const id = (await Deno.readTextFile(join(dataDir, "agent.id")).catch(() => "")).trim();
  if (id === "") return;
  await using engine = await testEngine();
  await removeLeftovers(engine, { "open-aaas.agent": id });
}

/** A place with a Server, and an engine that has the test image. */
export async function withServer(
  body: (place: Place, server: DevServer) => Promise<void>,
): Promise<void> {
  await using _engine = await testEngine();
  await using server = await startDevServer();
  await using place = await createPlace();
  await body(place, server);
}

function configText(options: ConfigureOptions): string {
  const { url, agent, script = "echo hello", image = TEST_IMAGE, more = "" } = options;
  const q = JSON.stringify;
  return `[server]
base_url = ${q(url)}
poll_interval_secs = 1
[agent]
service_id = ${q(agent?.serviceId ?? "")}
api_key = ${q(agent?.apiKey ?? "")}
[executor]
executor_type = "custom"
image = ${q(image)}
capacity = 2
custom_entrypoint = ["sh", "-c"]
custom_args = [${q(script)}]
[paths]
data_dir = "./data"
[disk]
min_free = "64m"
critical_free = "32m"
${more}
`;
}

/** Waits until `look` gives something, for 30 seconds at most. */
export async function eventually<T>(
  look: () => Promise<T | undefined | false> | T | undefined | false,
): Promise<T> {
  const deadline = performance.now() + 30_000;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    if (performance.now() > deadline) throw new Error("it did not happen within 30 s");
    await sleep(50);
  }
}

/** Characters that steer a terminal. */
// deno-lint-ignore no-control-regex
export const ANSI = /\x1b/;
/** Any Chinese character. */
export const CHINESE = /\p{Script=Han}/u;
