import { dirname } from "@std/path";

import { findEngine } from "../../docker/mod.ts";
import { createExecutor, createSecrets, type Executor } from "../../executor/mod.ts";
import { imageText } from "../../i18n/mod.ts";
import { collectFiles } from "../../scheduler/mod.ts";
import { pathId, proxyVariables } from "../../util/mod.ts";
import { createWorkspace, stageInputs } from "../../workspace/mod.ts";
import { type App, appLogger, EXIT } from "../app.ts";
import { onSignals, SIGNAL_CODES } from "../terminal/signals.ts";
import { buildHere, promoteImage } from "./build_image.ts";
import { readTryTask, type TryTask } from "./read_task.ts";
import { runToEnd } from "./run_to_end.ts";
import { keepAsLast, removeWhole, setUpTry, type TryOptions, type TrySetup } from "./try_folder.ts";
import { claimTryFolder, clearStale } from "./try_locks.ts";
import { asJson, showResult, type TryResult } from "./try_result.ts";

/** Runs one task exactly as `run` would, and shows what came of it. */
export async function tryTask(app: App, options: TryOptions): Promise<void> {
  const setup = await setUpTry(app, options);
  const task = await readTryTask(options, { folder: dirname(setup.path) });
  using interruption = interruptible(() => app.say(imageText.tryInterrupted));
  const { signal } = interruption;
  await using engine = await findEngine({
    host: setup.config.docker.host,
    env: app.env,
    signal,
  });
  try {
    const built = await buildHere(app, setup, { engine, options, signal });
    const done = await runInFolder(app, withImage(setup, built), { options, task, signal });
    const target = setup.config.executor.image;
    const mayPromote = built !== undefined && options.promote && !done.problem;
    const promoted = mayPromote ? await promoteImage(engine, built, target) : undefined;
    const result = { ...done, promoted, unpromoted: built && !promoted ? target : undefined };
    if (options.json) app.print(JSON.stringify(asJson(result, app.lang), null, 2));
    else showResult(app, result);
    if (result.problem) app.exitCode = EXIT.failed;
  } catch (error) {
    if (!signal.aborted) throw error;
    app.exitCode = SIGNAL_CODES.SIGINT;
  }
}

function withImage(setup: TrySetup, image: string | undefined): TrySetup {
  if (image === undefined) return setup;
  const { config } = setup;
  // What was just built is in no registry.
  const executor = { ...config.executor, image, pull: "missing" as const };
  return { ...setup, config: { ...config, executor } };
}

interface Means {
  readonly options: TryOptions;
  readonly task: TryTask;
  readonly signal: AbortSignal;
}

/** The way of a task, from its folder to its files; the folder goes when anything fails on the way. */
async function runInFolder(app: App, setup: TrySetup, means: Means): Promise<TryResult> {
  const { folder } = setup;
  const tries = dirname(folder.dir);
  const config = { ...setup.config, paths: { ...setup.config.paths, dataDir: folder.dir } };
  const secrets = createSecrets(config.paths.mounts);
  for (const warning of await secrets.refresh()) app.say(warning);
  await using executor = await createExecutor({
    config,
    env: { ...app.env, ...proxyVariables(app.proxies) },
    signal: means.signal,
    secrets,
    agentId: `try-${await pathId(tries)}`,
    configPath: setup.path,
    lang: app.lang,
    log: appLogger(app, { ...means.options, logLevel: means.options.logLevel ?? "warn" }),
  });
  let settled = false;
  await clearStale(app, tries, executor, means.signal);
  await using _ = await claimTryFolder(folder);
  try {
    await Deno.mkdir(dirname(folder.log), { recursive: true, mode: 0o700 });
    const warnings = await executor.prepare({ signal: means.signal, onProgress: app.say });
    for (const warning of warnings) app.say(warning);
    const result = await runTask(app, { ...setup, config }, { ...means, executor });
    settled = true;
    return result;
  } finally {
    if (!settled) await removeWhole(folder.dir, executor);
  }
}

async function runTask(
  app: App,
  { config, folder }: TrySetup,
  { executor, options, task, signal }: Means & { readonly executor: Executor },
): Promise<TryResult> {
  const sheet = { ...task.sheet, id: folder.taskId };
  const made = await createWorkspace({ dataDir: folder.dir, task: sheet, attempt: 1 });
  await stageInputs({ workspace: made, download: task.copy, signal });
  app.say(imageText.tryStaged({ inputs: made.inputs.length, folder: made.dir }));
  const attempt = {
    taskId: folder.taskId,
    attempt: 1,
    workspace: made.dir,
    logPath: folder.log,
  };
  const runId = await executor.create(attempt, signal);
  let keep = false;
  try {
    const end = await runToEnd(app, { executor, attempt, runId, config, options, signal });
    const collection = await collectFiles({ config, executor, runId, paths: folder, signal });
    const { stderr, stdout } = await executor.tails(attempt);
    keep = options.keep ?? false;
    const { workspace, log, spill } = keep ? folder : await keepAsLast(folder, executor);
    return {
      ...end,
      workspace,
      log,
      spill,
      taskId: folder.taskId,
      image: config.executor.image,
      lastWords: stderr.trim() || stdout.trim(),
      collection,
      container: keep ? runId.slice(0, 12) : undefined,
    };
  } finally {
    if (!keep) await executor.remove(runId);
  }
}

/** Ctrl+C (or SIGTERM) aborts its signal, until it is disposed; a second one ends the program at once. */
function interruptible(onInterrupt: () => void) {
  const controller = new AbortController();
  const stopListening = onSignals(() => {
    if (controller.signal.aborted) Deno.exit(SIGNAL_CODES.SIGINT);
    onInterrupt();
    controller.abort();
  });
  return { signal: controller.signal, [Symbol.dispose]: stopListening };
}
