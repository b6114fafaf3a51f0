import type { AgentStart } from "../tests/e2e/agent_process.ts";
import { compiledProgram } from "./compiled_program.ts";
import { figure, memory } from "./figures.ts";
import { allEnded, submitMany, UNLIMITED, withAgent } from "./with_agent.ts";

/** Memory: idle, with 8 tasks, with 1 GB up and down, and while a task prints 1 GB. */
export async function flatMemory(): Promise<void> {
  await using folder = await compiledProgram();
  // The first start from source translates every file, which takes memory of its own.
  await withAgent({}, UNLIMITED, () => Promise.resolve());
  await memoryOf("from source", UNLIMITED);
  await memoryOf("compiled", { ...UNLIMITED, program: folder.program });
}

async function memoryOf(kind: string, start: AgentStart): Promise<void> {
  const gigabyte = 2 ** 30;
  const options = {
    settings: {
      executor: { capacity: 8 },
      outputs: { max_file_size: "4g", max_total_size: "8g" },
    },
    server: { maxUploadBytes: 2 * gigabyte, requestTimeoutMs: 600_000 },
  };
  await withAgent(options, start, async (world, { pid }) => {
    const show = async (what: string, key: "VmRSS" | "VmHWM", goal: number) => {
      const megabytes = await memory(pid, key);
      figure(`MB ${what}, ${kind}`, megabytes.toFixed(0), `< ${goal}`, megabytes < goal);
    };
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    await show("when idle", "VmRSS", 55);
    const tasks = await submitMany(world, 8, "sleep 8");
    await Promise.all(tasks.map((task) => world.server.waitFor(task.id, "running")));
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    await show("with 8 tasks running", "VmRSS", 65);
    await allEnded(world, tasks);
    const block = new Uint8Array(65_536);
    let left = gigabyte / block.length;
    const content = new ReadableStream<Uint8Array>({
      pull: (controller) => left-- > 0 ? controller.enqueue(block.slice()) : controller.close(),
    });
    const big = await world.submit("cp input/02-big output/big", [{ name: "big", content }]);
    const upDown = await world.ended(big, 600_000);
    if (upDown.status !== "completed") throw new Error(String(upDown.errorMessage));
    await show("at most, 1 GB file down and up", "VmHWM", 120);
    const loud = await world.submit("yes 'a line of some length for the log' | head -c 1073741824");
    await world.ended(loud, 600_000);
    await show("at most, a task prints 1 GB", "VmHWM", 120);
  });
}
