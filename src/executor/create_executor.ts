import { EngineError, expectEngine, findEngine } from "../docker/mod.ts";
import type { Finding } from "../i18n/mod.ts";
import type { Logger } from "../log/mod.ts";
import { DockerExecutor, type DockerExecutorOptions } from "./docker/docker_executor.ts";
import { dockerFindings, type EngineFindingsOptions } from "./docker/docker_findings.ts";
import type { Executor } from "./executor.ts";

/** What an executor works with, and where its engine is looked for. */
export interface CreateExecutorOptions extends Omit<DockerExecutorOptions, "engine"> {
  /** Where an engine, and logins for registries, may be named: DOCKER_HOST, DOCKER_CONFIG and the like. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Takes what is doubtful about the way to the engine. @default {SILENT} */
  readonly engineLog?: Logger;
  /** The engine need not be there yet: it is looked for again with each call. @default {false} */
  readonly mayBeAway?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Makes the executor that the configuration asks for, and finds the engine for it. Today there is one
 * kind of engine, Docker's; another one is chosen here.
 *
 * @throws {Failure} when no engine answers ({@linkcode isEngineAway}), or where it is looked for is wrong
 */
export async function createExecutor(options: CreateExecutorOptions): Promise<Executor> {
  const { config, env, engineLog: log, mayBeAway = false, signal } = options;
  const where = { host: config.docker.host, env, log };
  const engine = await findEngine({ ...where, signal }).catch((error) => {
    if (!mayBeAway || !isEngineAway(error)) throw error;
    return expectEngine(where);
  });
  return new DockerExecutor({ ...options, engine, closesEngine: true });
}

/** Whether no engine answers: one that is started later may be found in the same place. */
export function isEngineAway(error: unknown): error is EngineError {
  return error instanceof EngineError;
}

/** All that `doctor` can say of the engine. What it cannot use is a finding, not an error. */
export function engineFindings(options: EngineFindingsOptions): Promise<Finding[]> {
  return dockerFindings(options);
}
