import assert from "node:assert/strict";
import { dirname, join } from "@std/path";

import type { Executor } from "../../src/executor/mod.ts";
import { type Journal, openJournal } from "../../src/journal/mod.ts";
import { SILENT } from "../../src/log/mod.ts";
import { Janitor } from "../../src/scheduler/janitor.ts";
import type { Parts } from "../../src/scheduler/parts.ts";
import { testConfig } from "../executor/helpers.ts";
import { smallDisk } from "../support/small_disk.ts";

const OWNER = { baseUrl: "http://127.0.0.1:1", serviceId: "svc_1" };
const MB = 1_000_000;
const never = new AbortController().signal;

interface House {
  readonly journal: Journal;
  readonly dataDir: string;
  readonly janitor: Janitor;
  /** Writes a task down as delivered. */
  deliver(taskId: string): void;
  write(path: string, bytes: number): Promise<void>;
  /** Everything below the data folder that is of tasks. */
  left(): Promise<string[]>;
}

async function inHouse(
  maxTotalSize: number,
  body: (house: House) => Promise<void>,
  disk?: { readonly path: string; readonly minFree: number },
): Promise<void> {
  const dataDir = await Deno.makeTempDir({ dir: disk?.path, prefix: "agent-core-" });
  let now = Date.now() - 60_000;
  const journal = openJournal(join(dataDir, "agent.db"), { now: () => now++ });
  try {
    for (const place of ["workspaces", "spill", "logs"]) await Deno.mkdir(join(dataDir, place));
    const config = testConfig(dataDir);
    // An engine that holds nothing.
    const executor = {
      name: "none",
      runs: () => Promise.resolve([]),
      removeLeftovers: () => Promise.resolve(),
    } as unknown as Executor;
    const parts = {
      config: {
        ...config,
        retention: { ...config.retention, maxTotalSize },
        disk: { minFree: disk?.minFree ?? 0, criticalFree: 0 },
      },
      journal,
      executor,
      owner: OWNER,
      log: SILENT,
    } as unknown as Parts;
    await body({
      journal,
      dataDir,
      janitor: new Janitor(parts),
      deliver(taskId) {
        const task = { id: taskId };
        const state = "accepting" as const;
        const { id } = journal.add(OWNER, { taskId, attempt: 1, state, task, folder: taskId });
        const report = { status: "completed", output: null, errorMessage: null } as const;
        journal.update(id, { state: "delivered", report });
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

/** The house is tidied as if a minute had gone by since the last time. */
async function tidyLater(janitor: Janitor, minutes: number): Promise<void> {
  const real = performance.now.bind(performance);
  performance.now = () => real() + minutes * 61_000;
  try {
    await janitor.tidy(new Map(), never);
  } finally {
    performance.now = real;
  }
}

Deno.test("logs, spill and earlier workspaces count to max_total_size, and go with their task", async () => {
  for (
    const place of ["logs/old.log", "logs/old.log.tail-3", "spill/old/a", "workspaces/old.old-1/a"]
  ) {
    await inHouse(3 * MB, async ({ journal, janitor, deliver, write, left }) => {
      for (const id of ["old", "old2", "young"]) {
        deliver(id);
        await write(`workspaces/${id}/output/a`, 10_000);
        await write(`logs/${id}.log`, 10_000);
        await write(`logs/${id}.log.state`, 10);
        await write(`logs/${id}.log.state.new`, 10);
      }
      await write(place, 2 * MB);
      await write("logs/young.log", 2 * MB);
      await janitor.tidy(new Map(), never);
      assert.deepEqual(
        await left(),
        ["old2", "young"].flatMap((id) => [
          `logs/${id}.log`,
          `logs/${id}.log.state`,
          `logs/${id}.log.state.new`,
        ]).concat("workspaces/old2", "workspaces/young"),
        place,
      );
      assert.deepEqual(journal.uncleaned().map((row) => row.taskId), ["old2", "young"]);
    });
  }
});

Deno.test("a round lists each place once, and measures only what is new", async () => {
  await inHouse(1000 * MB, async ({ janitor, dataDir, deliver, write, left }) => {
    for (let i = 0; i < 50; i++) {
      deliver(`t${i}`);
      await write(`workspaces/t${i}/output/a`, 10);
      await write(`logs/t${i}.log`, 10);
    }
    const listed: string[] = [];
    const real = Deno.readDir;
    Deno.readDir = (path) => {
      listed.push(String(path));
      return real(path);
    };
    try {
      await tidyLater(janitor, 0);
      const places = ["workspaces", "spill", "logs"].map((place) => join(dataDir, place));
      assert.deepEqual(listed.filter((path) => places.includes(path)), places);
      listed.length = 0;
      await tidyLater(janitor, 1);
      assert.deepEqual(listed, places, "nothing is measured again");
      deliver("new");
      await write("workspaces/new/a", 10);
      listed.length = 0;
      await tidyLater(janitor, 2);
      assert.equal(listed.length, 4, "the new one is measured");
    } finally {
      Deno.readDir = real;
    }
    assert.equal((await left()).length, 101);
  });
});

Deno.test("what the Server refused goes as failed tasks do; what it never got stays until discarded", async () => {
  for (const unread of [false, true]) {
    await inHouse(1 * MB, async ({ journal, janitor, deliver, write, left }) => {
      deliver("t");
      const [{ id }] = journal.uncleaned();
      const reason = { zh: "x", en: "x" };
      journal.collect(id, [{ name: "a", size: 1, source: null, unread: reason }], {
        state: "delivered",
      });
      journal.updateFile(id, 0, { unread });
      await write("workspaces/t/a", 2 * MB);
      assert.equal(journal.unsettled().length, 1);
      await tidyLater(janitor, 0);
      assert.deepEqual(await left(), unread ? ["workspaces/t"] : []);
      assert.equal(journal.unsettled().length, unread ? 1 : 0);
      journal.discard(id);
      await tidyLater(janitor, 2);
      assert.deepEqual(await left(), []);
    });
  }
});

Deno.test(
  "on a low disk what the Server has goes early, the oldest first, and no more than is needed",
  {
    ignore: Deno.build.os !== "linux",
  },
  async () => {
    await using disk = await smallDisk("size=64m");
    await inHouse(0, async ({ janitor, deliver, write, left }) => {
      for (const id of ["old", "old2", "young"]) {
        deliver(id);
        await write(`workspaces/${id}/a`, 15 * MB);
      }
      await janitor.tidy(new Map(), never);
      assert.deepEqual(await left(), ["workspaces/young"]);
    }, { path: disk.path, minFree: 32 * MB });
  },
);
