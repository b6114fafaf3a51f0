import { fromFileUrl } from "@std/path";

const ROOT = fromFileUrl(new URL("../../", import.meta.url));

/** What to compile. */
export interface CompileOptions {
  /** Where the program goes. */
  readonly output: string;
  /** As `deno compile` calls a system. @default {this one} */
  readonly target?: string;
  /** Another program, with the permissions of agent-core. @default {agent-core} */
  readonly file?: string;
}

/**
 * Compiles as `deno task compile` does, on the runtime of .ci/denort unless AGENT_CORE_DENORT names
 * another kind (`genuine`, where that can be downloaded).
 */
export async function compileProgram({ output, target, file }: CompileOptions): Promise<void> {
  const env = {
    AGENT_CORE_DENORT: Deno.env.get("AGENT_CORE_DENORT") ?? "stand-in",
    AGENT_CORE_PACKAGES: Deno.env.get("AGENT_CORE_PACKAGES") ?? "offline",
    DENO_TLS_CA_STORE: Deno.env.get("DENO_TLS_CA_STORE") ?? "system,mozilla",
  };
  const args = ["run", "--quiet", "--allow-all", "--no-lock", `${ROOT}.ci/compile.ts`];
  if (target !== undefined) args.push("--target", target);
  if (file !== undefined) args.push(file);
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args, "--output", output],
    env,
  }).output();
  if (!success) throw new Error(`Cannot compile: ${new TextDecoder().decode(stderr)}`);
}
