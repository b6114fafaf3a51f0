import { dirname, join } from "@std/path";

import { type Journal, openJournal } from "../../src/journal/mod.ts";
import { SILENT } from "../../src/log/mod.ts";
import { Janitor } from "../../src/scheduler/janitor.ts";
import type { Deps } from "../../src/scheduler/deps.ts";
import { testConfig } from "../executor/helpers.ts";
import { OWNER } from "../journal/in_folder.ts";
import { SYSTEM_CLOCK } from "../../src/util/mod.ts";
import { memoryExecutor } from "../support/memory_executor.ts";

/** A data folder with its journal, and a janitor who looks after it. */
export interface House {
  readonly journal: Journal;
  readonly dataDir: string;
  readonly janitor: Janitor;
  /** Writes a task down as delivered, a minute ago unless it is said how many days. */
  deliver(taskId: string, more?: { readonly prompt?: string; readonly daysAgo?: number }): void;
  write(path: string, bytes: number): Promise<void>;
  /** Everything below the data folder that is of tasks. */
  left(): Promise<string[]>;
}

/** Runs `body` in a house whose tasks may have so many bytes on disk. */
export async function inHouse(
  maxTotalSize: number,
  body: (house: House) => Promise<void>,
  disk?: { readonly path: string; readonly minFree: number },
): Promise<void> {
  const dataDir = await Deno.makeTempDir({ dir: disk?.path, prefix: "agent-core-" });
  let now = Date.now() - 60_000;
  const journal = openJournal(join(dataDir, "agent.db"), {
    clock: { ...SYSTEM_CLOCK, wall: () => now++ },
  });
  try {
    for (const place of ["workspaces", "spill", "logs"]) await Deno.mkdir(join(dataDir, place));
    const config = testConfig(dataDir);
    // An engine that holds nothing.
    const executor = memoryExecutor(config);
    const deps = {
      config: {
        ...config,
        retention: { ...config.retention, maxTotalSize },
        disk: { minFree: disk?.minFree ?? 0, criticalFree: 0 },
      },
      journal,
      executor,
      owner: OWNER,
      log: SILENT,
      clock: SYSTEM_CLOCK,
    } as unknown as Deps;
    await body({
      journal,
      dataDir,
      janitor: new Janitor(deps),
      deliver(taskId, { prompt = "", daysAgo = 0 } = {}) {
        const task = { id: taskId, task_prompt: prompt };
        now -= daysAgo * 86_400_000;
        const state = "accepting" as const;
        const { id } = journal.add(OWNER, { taskId, attempt: 1, state, task, folder: taskId });
        const report = { status: "completed", output: null, errorMessage: null } as const;
        journal.update(id, { state: "delivered", report });
        now += daysAgo * 86_400_000;
      },
      async write(path, bytes) {
        await Deno.mkdir(dirname(join(dataDir, path)), { recursive: true });
        await Deno.writeFile(join(dataDir, path), new Uint8Array(bytes).fill(1));
      },
      async left() {
        const names = [];
        for (const place of ["workspaces", "spill", "logs"]) {
          for await (const { name } of Deno.readDir(join(dataDir, place))) {
            names.push(`${place}/${name}`);
          }
        }
        return names.sort();
      },
    });
  } finally {
    journal.close();
    await Deno.remove(dataDir, { recursive: true });
  }
}
