import { join } from "@std/path";

import { compileProgram } from "../tests/support/compiled.ts";
import { compiledProgram } from "./compiled_program.ts";
import { figure, median, seconds } from "./figures.ts";

/** Start-up of the compiled program, next to an empty one that was compiled in the same way. */
export async function startUp(): Promise<void> {
  await using folder = await compiledProgram();
  const { program, path } = folder;
  await Deno.writeTextFile(join(path, "empty.ts"), "");
  await compileProgram({ output: join(path, "empty"), file: join(path, "empty.ts") });
  const run = async (file: string, ...args: string[]) => {
    const command = new Deno.Command(file, { args, cwd: path, stdout: "null", stderr: "null" });
    return await seconds(() => command.output()) * 1000;
  };
  await run(program, "init");
  const times: Record<string, number[]> = { empty: [], "--version": [], status: [] };
  for (let n = 0; n < 30; n++) {
    times.empty.push(await run(join(path, "empty")));
    for (const word of ["--version", "status"]) times[word].push(await run(program, word));
  }
  const empty = median(times.empty);
  for (const word of ["--version", "status"]) {
    const ratio = median(times[word]) / empty;
    console.log(`      ${word} ${median(times[word]).toFixed(0)} ms, empty ${empty.toFixed(0)} ms`);
    figure(`agent-core ${word}, of an empty program`, ratio.toFixed(2), "< 2", ratio < 2);
  }
}
