import type { ChildProcess } from "node:child_process";
import { daemonFiles } from "../data_folder/mod.ts";
import { daemonText, Failure, reasonOf, type Text } from "../i18n/mod.ts";
import { sleep } from "../util/mod.ts";
import { callControl } from "./control_client.ts";
import type { StatusReport } from "./control_protocol.ts";
import { readHolder } from "./holder.ts";
import { lastLines } from "./last_lines.ts";
import { AlreadyRunning, isRunning } from "./lock.ts";
import { ITSELF, ownProgram, type Program } from "./own_program.ts";
import { childEnvironment } from "./system_program.ts";
import { findUnlockedAgent, UnlockedAgentRuns } from "./unlocked_agent.ts";

/** Environment variable that is `1` in a program started by {@linkcode detach}. */
export const DETACHED_VARIABLE = "AGENT_CORE_DETACHED";

/** What to start in the background, and when it counts as up. */
export interface DetachOptions {
  /** The program's own arguments, e.g. `["--config", path, "run"]`. Never a secret. */
  readonly args: readonly string[];
  /** Absolute path of the data folder that the program will lock. */
  readonly dataDir: string;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** What to start. @default {this program} */
  readonly program?: Program;
  /** Milliseconds without any news until it counts as hanging. @default {60000} */
  readonly readyTimeoutMs?: number;
  /** Hears what it is doing while it starts (an image is pulled …). Each news starts the time anew. */
  readonly onProgress?: (news: Text) => void;
  /** Gives up: what was started is ended. */
  readonly signal?: AbortSignal;
}

/** A program that is up in the background. */
export interface Detached {
  readonly pid: number;
  readonly status: StatusReport;
}

/**
 * Starts the program in the background: in a session of its own, without a terminal, its output appended
 * to the data folder's `agent.log`. Returns when its control channel says that it is ready.
 *
 * @throws {AlreadyRunning} when an agent has the data folder already.
 * @throws {UnlockedAgentRuns} when an agent that does not know the lock works there.
 * @throws {Failure} when it ends before that or hangs, with the last lines that it logged; nothing
 * runs then.
 */
export async function detach(options: DetachOptions): Promise<Detached> {
  const { dataDir, signal } = options;
  signal?.throwIfAborted();
  if (await isRunning(dataDir)) throw new AlreadyRunning(dataDir, (await readHolder(dataDir))?.pid);
  const unlocked = await findUnlockedAgent(dataDir);
  if (unlocked) throw new UnlockedAgentRuns(dataDir, unlocked);
  const program = options.program ?? await ownProgram();
  await Deno.mkdir(dataDir, { recursive: true, mode: 0o700 });
  const child = await start(program, options);
  try {
    return await untilReady(child, options);
  } catch (error) {
    await child.end();
    throw error;
  }
}

interface Child {
  readonly pid: number;
  /** Bytes that the log had before the start. */
  readonly logged: number;
  /** How it ended; undefined while it runs. */
  ended(): string | undefined;
  end(): Promise<void>;
}

async function start({ command, args }: Program, options: DetachOptions): Promise<Child> {
  const { spawn } = await import("node:child_process");
  const { closeSync, fstatSync, openSync } = await import("node:fs");
  let how: string | undefined;
  let child: ChildProcess;
  const log = openSync(daemonFiles(options.dataDir).log, "a", 0o600);
  const logged = fstatSync(log).size;
  try {
    child = spawn(spelledAnew(command), [...args, ...options.args], {
      detached: true,
      stdio: ["ignore", log, log],
      windowsHide: true,
      env: { ...childEnvironment(), ...options.env, [DETACHED_VARIABLE]: "1" },
    });
  } catch (error) {
    const reason = reasonOf(error);
    throw new Failure(daemonText.detachImpossible({ program: command, reason }));
  } finally {
    closeSync(log);
  }
  child.on("exit", (code, by) => how = by ?? `exit ${code}`);
  child.on("error", (error) => how = error.message);
  // Nothing of this process waits for it, or the caller could not end while the agent runs. (A child
  // that could not be started has nothing to let go of, and "error" tells why.)
  if (child.pid !== undefined) child.unref();
  const ended = () => how;
  return { pid: child.pid ?? 0, logged, ended, end: () => endChild(child, ended) };
}

/**
 * Another name of the same program. Where a command is exactly `Deno.execPath()`, node:child_process
 * takes the arguments for those of Node and rewrites them, in Deno 2.6 in a compiled program too, which
 * then hears `run -A …` instead of its own. (Deno.Command does not, but it cannot give a child an open
 * file for its output.) A program that may not start itself by its path has another name for it.
 */
function spelledAnew(command: string): string {
  const leave = Deno.permissions.querySync({ name: "run", command }).state;
  if (leave !== "granted" && Deno.build.os === "linux" && command === Deno.execPath()) {
    return ITSELF;
  }
  const end = Math.max(command.lastIndexOf("/"), command.lastIndexOf("\\")) + 1;
  return end === 0 ? command : `${command.slice(0, end)}./${command.slice(end)}`;
}

async function untilReady(
  child: Child,
  { dataDir, readyTimeoutMs = 60_000, onProgress, signal }: DetachOptions,
): Promise<Detached> {
  const { log: logFile } = daemonFiles(dataDir);
  const tail = () => lastLines(logFile, { from: child.logged });
  let deadline = performance.now() + readyTimeoutMs;
  let news: string | undefined;
  for (;;) {
    signal?.throwIfAborted();
    const how = child.ended();
    if (how !== undefined) throw diedEarly(how, logFile, await tail());
    const status = await statusOf(child.pid, dataDir, signal);
    if (status?.ready) return { pid: child.pid, status };
    if (status?.starting && status.starting.en !== news) {
      news = status.starting.en;
      deadline = performance.now() + readyTimeoutMs;
      onProgress?.(status.starting);
    }
    if (performance.now() > deadline) {
      const seconds = readyTimeoutMs / 1000;
      throw new Failure(daemonText.detachedTimeout({ seconds, logFile, tail: await tail() }));
    }
    await sleep(50, signal);
  }
}

async function statusOf(
  pid: number,
  dataDir: string,
  signal?: AbortSignal,
): Promise<StatusReport | undefined> {
  try {
    const request = { command: "status" } as const;
    const status = await callControl({ dataDir, request, timeoutMs: 1000, signal });
    // Another agent may have been quicker: its word is not this one's.
    return status.pid === pid ? status : undefined;
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

function diedEarly(how: string, logFile: string, tail: string): Failure {
  return new Failure(
    tail === ""
      ? daemonText.detachedDiedSilent({ how, logFile })
      : daemonText.detachedDied({ how, logFile, tail }),
  );
}

/** Ends what was started: politely, and after 5 seconds for good. */
async function endChild(child: ChildProcess, ended: () => string | undefined): Promise<void> {
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    if (ended() !== undefined || child.pid === undefined) return;
    child.kill(signal);
    const deadline = performance.now() + 5000;
    while (ended() === undefined && performance.now() < deadline) await sleep(25);
  }
}
