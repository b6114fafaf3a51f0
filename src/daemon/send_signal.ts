import { childEnvironment } from "./child_environment.ts";

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
  const { success, stderr } = await new Deno.Command("kill", {
    args: ["-s", name.slice("SIG".length), String(pid)],
    clearEnv: true,
    env: { ...childEnvironment(), LC_ALL: "C" },
    stdin: "null",
  }).output();
  if (success) return;
  const said = new TextDecoder().decode(stderr).trim();
  if (/no such process/i.test(said)) throw new Deno.errors.NotFound(said);
  throw new Error(said);
}
