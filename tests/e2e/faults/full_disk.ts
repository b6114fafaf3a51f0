import assert from "node:assert/strict";
import { join } from "@std/path";

import { smallDisk } from "../../support/small_disk.ts";
import { createLab, until } from "./lab.ts";
import type { Ledger } from "./ledger.ts";

/**
 * The data folder is full to the last byte while a task stands before each of these writes; the agent
 * gives its reserve up, and the result arrives.
 */
export async function fillDisk(ledger: Ledger): Promise<void> {
  for (const point of ["before created", "before running", "before exited", "before completing"]) {
    await onSmallDisk(async (dataDir) => {
      await using lab = await createLab(ledger, {
        dataDir,
        settings: { disk: { min_free: "1m", critical_free: "0" } },
      });
      const agent = await lab.start();
      const work = await lab.submit(`full ${point}`.replaceAll(" ", "-"), {
        script: [`hold ${point}`],
      });
      await lab.atHold(work, () => fill(dataDir));
      ledger.fault("full disks");
      await lab.allEnded();
      await agent.logged((line) => line.message.includes("reserve"), 5_000).catch(() => {
        ledger.problem(`${point}: the reserve was not given up:\n${agent.output()}`);
      });
      await empty(dataDir);
      await lab.close();
      assert.ok((await Deno.stat(join(dataDir, "reserve"))).size > 0, "there is a reserve again");
    });
  }
}

/** With little room no task is taken; with less, who took it is stopped; with room again work goes on. */
export async function lowDisk(ledger: Ledger): Promise<void> {
  await onSmallDisk(async (dataDir) => {
    await using lab = await createLab(ledger, {
      dataDir,
      settings: { disk: { min_free: "100m", critical_free: "80m" } },
    });
    const agent = await lab.start();
    const greedy = await lab.world.submit(
      "head -c 110m /dev/zero > output/zeros; touch /runs/full; sleep 600",
    );
    await until(
      () => Deno.stat(join(lab.world.folder, "runs", "full")).then(() => true, () => false),
      "the disk to be nearly full",
    );
    ledger.fault("low disks");
    await ledger.expect("the task that has filled the disk", async () => {
      const { status, errorMessage } = await lab.world.ended(greedy);
      assert.equal(status, "failed");
      assert.match(errorMessage ?? "", /disk/);
    });
    const waiting = await lab.submit("waiting");
    await agent.logged((line) => line.level === "warn" && line.message.includes(dataDir));
    assert.equal(lab.world.server.task(waiting.task.id)?.status, "pending");
    await Deno.remove(join(dataDir, "workspaces", greedy.id, "output", "zeros"));
    await lab.allEnded();
    await lab.close();
  });
}

/** 192 MiB, the agent's reserve of 16 MiB in it. */
async function onSmallDisk(body: (folder: string) => Promise<void>): Promise<void> {
  await using disk = await smallDisk("size=192m");
  await body(disk.path);
}

async function fill(folder: string): Promise<void> {
  using file = await Deno.open(join(folder, "ballast"), { write: true, create: true });
  for (let size = 1 << 20; size >= 1;) {
    try {
      await file.write(new Uint8Array(size));
    } catch {
      size >>= 1;
    }
  }
}

async function empty(folder: string): Promise<void> {
  await Deno.remove(join(folder, "ballast"));
}
