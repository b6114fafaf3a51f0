import { join } from "@std/path";

import { compileProgram } from "../tests/support/compiled.ts";

/** agent-core as one binary, in a folder of its own. */
export async function compiledProgram(): Promise<
  AsyncDisposable & { path: string; program: string }
> {
  const path = await Deno.makeTempDir({ prefix: "agent-core-bench-" });
  const program = join(path, "agent-core");
  await compileProgram({ output: program });
  const remove = () => Deno.remove(path, { recursive: true });
  return { path, program, [Symbol.asyncDispose]: remove };
}
