import { daemonFiles } from "../data_folder/mod.ts";
import { daemonText, Failure } from "../i18n/mod.ts";
import { readPidFile, wroteHolder } from "./holder.ts";
import { runProgram } from "./system_program.ts";

/** A process as the system's own tools show it. */
export interface SeenProcess {
  readonly pid: number;
  /** Its program, without a folder; cut off after 15 characters on Linux. */
  readonly name: string;
}

/** An agent that keeps a data folder without this program's lock works there. */
export class UnlockedAgentRuns extends Failure {
  override readonly name = "UnlockedAgentRuns";
  readonly pid: number;

  constructor(dataDir: string, { pid, name }: SeenProcess) {
    super(daemonText.unlockedAgentRuns({ dataDir, pid, name, path: daemonFiles(dataDir).pid }));
    this.pid = pid;
  }
}

/** The program itself, a binary as it is released, and the same on Windows. */
const AGENT_NAME = /^agent-core(?:-.*)?(?:\.exe)?$/i;

/**
 * The agent that `agent.pid` names and that keeps the folder without this program's lock, as the Rust
 * agent for this Server does: both would take the same tasks. Ask only with the lock held: what this
 * program wrote into `agent.pid` is dead then. A dead number, one of another program and nonsense are
 * nobody; nor is a process of which the system does not tell the name.
 */
export async function findUnlockedAgent(dataDir: string): Promise<SeenProcess | undefined> {
  const pid = await readPidFile(dataDir);
  if (pid === undefined || pid === Deno.pid || pid === Deno.ppid) return undefined;
  if (await wroteHolder(dataDir, pid)) return undefined;
  const seen = await seeProcess(pid);
  return seen && AGENT_NAME.test(seen.name) ? seen : undefined;
}

async function seeProcess(pid: number): Promise<SeenProcess | undefined> {
  switch (Deno.build.os) {
    case "windows": {
      const filter = ["/FI", `PID eq ${pid}`, "/FO", "CSV", "/NH"];
      return seenByTasklist(await said("tasklist", filter), pid);
    }
    case "linux":
      try {
        return seenInStat(await Deno.readTextFile(`/proc/${pid}/stat`), pid);
      } catch (error) {
        // The compiled program may not look into /proc; `ps` may.
        if (!(error instanceof Deno.errors.NotCapable)) return undefined;
      }
  }
  return seenByPs(await said("ps", ["-o", "stat=", "-o", "comm=", "-p", String(pid)]), pid);
}

/** Reads `/proc/PID/stat`, proc(5). A zombie is no process any more. */
export function seenInStat(stat: string, pid: number): SeenProcess | undefined {
  const [, name, state] = /^\d+ \((.*)\) (\S)/s.exec(stat) ?? [];
  return name === undefined || isDead(state) ? undefined : { pid, name };
}

/** Reads the line of `ps -o stat= -o comm=`; macOS gives the program's whole path. */
export function seenByPs(line: string, pid: number): SeenProcess | undefined {
  const [, state, command] = /^\s*(\S+)\s+(.+?)\s*$/.exec(line) ?? [];
  if (command === undefined || isDead(state)) return undefined;
  return { pid, name: command.slice(command.lastIndexOf("/") + 1) };
}

/** Reads the line of `tasklist /FO CSV /NH`; where there is no such process it is a sentence. */
export function seenByTasklist(line: string, pid: number): SeenProcess | undefined {
  const [, name, number] = /^\s*"([^"]+)","(\d+)"/.exec(line) ?? [];
  return Number(number) === pid ? { pid, name } : undefined;
}

function isDead(state: string): boolean {
  return state.startsWith("Z") || state.startsWith("X");
}

/** What a program prints; nothing where it is not there, or may not be asked. */
async function said(command: string, args: readonly string[]): Promise<string> {
  const ended = await runProgram(command, args, { LC_ALL: "C" }).catch(() => undefined);
  return ended?.stdout ?? "";
}
