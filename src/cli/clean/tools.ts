import type { Config } from "../../config/mod.ts";
import { readAgentId, triesFolder } from "../../data_folder/mod.ts";
import { createExecutor, type Executor, isEngineAway } from "../../executor/mod.ts";
import type { Text } from "../../i18n/mod.ts";
import { pathId } from "../../util/mod.ts";
import { type App, appLogger, type GlobalOptions } from "../app.ts";

/** What engine calls here are given: nothing aborts them but the end of the program. */
export const UNABORTED = new AbortController().signal;

/** What containers, and files that belong to their users, are removed with. */
export interface Tools extends AsyncDisposable {
  /** The agent's; undefined where no engine answers. */
  readonly executor?: Executor;
  /** That of `agent-core try` on the same folder. */
  readonly tryExecutor?: Executor;
  /** Why there is no engine. */
  readonly problem?: Text;
}

/** Looks for the engine; one that is away is told in `problem`. */
export async function openTools(
  app: App,
  options: GlobalOptions,
  { config, configPath }: { readonly config: Config; readonly configPath: string },
): Promise<Tools> {
  const { dataDir } = config.paths;
  const stack = new AsyncDisposableStack();
  try {
    const log = appLogger(app, { ...options, logLevel: options.logLevel ?? "warn" });
    const { env, lang } = app;
    const create = async (agentId: string) =>
      stack.use(await createExecutor({ config, env, agentId, configPath, lang, log }));
    const id = await readAgentId(dataDir);
    return {
      executor: await create(id || `clean-${await pathId(dataDir)}`),
      tryExecutor: await create(`try-${await pathId(triesFolder(dataDir))}`),
      [Symbol.asyncDispose]: () => stack.disposeAsync(),
    };
  } catch (error) {
    await stack.disposeAsync();
    if (!isEngineAway(error)) throw error;
    return { problem: error.text, [Symbol.asyncDispose]: async () => {} };
  }
}
