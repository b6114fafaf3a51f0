import { DatabaseSync } from "node:sqlite";
import assert from "node:assert/strict";
import { join } from "@std/path";

import type { Janitor } from "../../src/scheduler/janitor.ts";
import { OWNER } from "../journal/in_folder.ts";
import { inHouse } from "./house.ts";
import { smallDisk } from "../support/small_disk.ts";

const MB = 1_000_000;
const never = new AbortController().signal;

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
      assert.deepEqual(journal.history.uncleaned().map((row) => row.taskId), ["old2", "young"]);
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

Deno.test("with a task's files its prompt goes, its record much later, and the journal shrinks", async () => {
  await inHouse(1000 * MB, async ({ journal, janitor, dataDir, deliver, write, left }) => {
    const prompt = "p".repeat(500_000);
    for (let n = 0; n < 20; n++) deliver(`t${n}`, { prompt, daysAgo: n < 10 ? 364 : 366 });
    deliver("young", { prompt });
    for (const id of ["t0", "young"]) await write(`workspaces/${id}/output/a`, 10);
    await janitor.tidy(new Map(), never);
    assert.deepEqual(await left(), ["workspaces/young"]);
    const rows = journal.history.recent(100).map((row) => row.taskId).reverse();
    assert.deepEqual(rows, [...Array(10).keys()].map((n) => `t${n}`).concat("young"));
    assert.deepEqual(journal.latest(OWNER, "t0")!.report?.status, "completed");
    assert.ok(JSON.stringify(journal.history.uncleaned()).length < 1_000, "no prompts are read");
    const db = new DatabaseSync(join(dataDir, "agent.db"));
    const pages = Number(db.prepare("PRAGMA page_count").get()?.page_count);
    db.close();
    assert.ok(pages * 4096 < MB, `${pages} pages`);
  });
});

Deno.test("what the Server refused goes as failed tasks do; what it never got stays until discarded", async () => {
  for (const unread of [false, true]) {
    await inHouse(1 * MB, async ({ journal, janitor, deliver, write, left }) => {
      deliver("t");
      const [{ id }] = journal.history.uncleaned();
      const reason = { zh: "x", en: "x" };
      journal.collect(id, [{ name: "a", size: 1, source: null, unread: reason }], {
        state: "delivered",
      });
      journal.updateFile(id, 0, { unread });
      await write("workspaces/t/a", 2 * MB);
      assert.equal(journal.history.unsettled().length, 1);
      await tidyLater(janitor, 0);
      assert.deepEqual(await left(), unread ? ["workspaces/t"] : []);
      assert.equal(journal.history.unsettled().length, unread ? 1 : 0);
      journal.history.discard(id);
      await tidyLater(janitor, 2);
      assert.deepEqual(await left(), []);
    });
  }
});

Deno.test("what was removed in part is no result any more, and the rest of it goes later", async () => {
  await inHouse(1 * MB, async ({ journal, janitor, dataDir, deliver, write, left }) => {
    deliver("t");
    const [{ id }] = journal.history.uncleaned();
    const reason = { zh: "x", en: "x" };
    journal.collect(id, [{ name: "a", size: 1, source: null, unread: reason }], {
      state: "delivered",
    });
    journal.updateFile(id, 0, { unread: false });
    await write("workspaces/t/a", 2 * MB);
    // Such a log cannot be removed.
    await write("logs/t.log/a", 1);
    await tidyLater(janitor, 0);
    assert.deepEqual(await left(), ["logs/t.log"]);
    assert.deepEqual(journal.history.unsettled(), []);
    assert.equal(journal.get(id).cleaned, true);
    await Deno.remove(join(dataDir, "logs", "t.log", "a"));
    await tidyLater(janitor, 2);
    assert.deepEqual(await left(), []);
    assert.deepEqual(journal.history.uncleaned(), []);
  });
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
