import { join } from "@std/path";

import { compileProgram } from "../tests/support/compiled.ts";
import { compiledProgram } from "./compiled_program.ts";
import { figure, median, seconds } from "./figures.ts";
import { withAgent } from "./with_agent.ts";

/** Start-up of the compiled program, next to an empty one that was compiled in the same way. */
export async function startUp(): Promise<void> {
  await using folder = await compiledProgram();
  const { program, path } = folder;
  const empty = join(path, "empty");
  await Deno.writeTextFile(`${empty}.ts`, "");
  await compileProgram({ output: empty, file: `${empty}.ts` });
  const run = async (file: string, args: string[], env: Record<string, string> = {}) => {
    const command = new Deno.Command(file, {
      args,
      env,
      cwd: path,
      stdout: "null",
      stderr: "null",
    });
    return await seconds(() => command.output()) * 1000;
  };
  const compare = async (what: string, args: string[], env?: Record<string, string>) => {
    const times: { empty: number[]; ours: number[] } = { empty: [], ours: [] };
    for (let n = 0; n < 30; n++) {
      times.empty.push(await run(empty, []));
      times.ours.push(await run(program, args, env));
    }
    const [nothing, ours] = [median(times.empty), median(times.ours)];
    console.log(`      ${what} ${ours.toFixed(0)} ms, empty ${nothing.toFixed(0)} ms`);
    const ratio = ours / nothing;
    figure(`agent-core ${what}, of an empty program`, ratio.toFixed(2), "< 2", ratio < 2);
  };
  await run(program, ["init"]);
  await compare("--version", ["--version"]);
  await compare("status", ["status"]);
  await withAgent(
    {},
    { program },
    (world) =>
      compare("status of a running agent", ["status"], { AGENT_CORE_CONFIG: world.configPath }),
  );
}
