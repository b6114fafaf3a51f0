import { runProgram } from "./system_program.ts";

/**
 * Sends a signal to a process. Deno does so itself only with leave to start every program; one that may
 * start only some (a compiled one on Linux, see .ci/compile.ts) asks the system's `kill`.
 *
 * @throws {Deno.errors.NotFound} when there is no such process, or no `kill`.
 */
export async function sendSignal(pid: number, name: "SIGTERM" | "SIGKILL"): Promise<void> {
  try {
    return Deno.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
  }
  const args = ["-s", name.slice("SIG".length), String(pid)];
  const ended = await runProgram("kill", args, { LC_ALL: "C" });
  if (!ended) throw new Deno.errors.NotFound("kill");
  if (ended.code === 0) return;
  const said = ended.stderr.trim();
  if (/no such process/i.test(said)) throw new Deno.errors.NotFound(said);
  throw new Error(said);
}
