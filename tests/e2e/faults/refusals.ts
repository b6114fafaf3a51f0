import assert from "node:assert/strict";

import { effect, type FaultEffect } from "../../../src/devserver/mod.ts";
import { createLab } from "./lab.ts";
import type { Ledger } from "./ledger.ts";

/** A refusal of a file. */
interface Refusal {
  readonly effect: FaultEffect;
  /** How often it is said. */
  readonly times: number;
  /** What the task makes; the first of them is refused. */
  readonly files: readonly string[];
}

/** Refusals that are final; a 408 when it comes a third time, and one that is lost on its way counts not. */
const FINAL: Readonly<Record<string, Refusal>> = {
  "400": { effect: effect.error(400, "BadRequest", "too large"), times: 1, files: ["a", "b"] },
  "404": { effect: effect.error(404, "NotFound", "no such task"), times: 1, files: ["a", "b"] },
  "413": { effect: effect.page(413), times: 1, files: ["a", "b"] },
  "408": { effect: { kind: "answer", status: 408 }, times: Infinity, files: ["a"] },
};

/** A file that is refused for good is named in the report, and holds nothing else back. */
export async function refuseFiles(ledger: Ledger): Promise<void> {
  await using lab = await createLab(ledger);
  const { world } = lab;
  await lab.start();
  await Promise.all(
    Object.entries(FINAL).map(async ([name, { effect, times, files }]) => {
      const id = `refused-${name}-${crypto.randomUUID().slice(0, 8)}`;
      world.server.faults.inject({ call: "upload", taskId: id, effect, times });
      ledger.fault(`final refusals (${name})`);
      const script = files.map((file) => `echo ${file} > output/${file}`).join("\n");
      const task = await world.submit(script, [], { id });
      await ledger.expect(`upload refused with ${name}`, async () => {
        const { status, output } = await world.ended(task);
        assert.equal(status, "completed");
        const skipped = output?.skipped_files as { name: string; reason: string }[];
        assert.deepEqual(skipped.map((file) => file.name), ["output/a"]);
        assert.ok(skipped[0].reason.length > 0);
        const taken = files.slice(1).map((file) => `output/${file}`);
        assert.deepEqual(output?.files, taken);
        assert.deepEqual([...(await world.outputs(id)).keys()], taken);
      });
    }),
  );
  await refuseInput();
  await lab.close();

  async function refuseInput(): Promise<void> {
    const id = `refused-input-${crypto.randomUUID().slice(0, 8)}`;
    world.server.faults.inject({
      call: "download",
      taskId: id,
      effect: effect.error(404, "NotFound", "no such file"),
    });
    ledger.fault("final refusals (download)");
    const task = await world.submit("true", [], { id });
    await ledger.expect("an input that the Server does not have", async () => {
      const { status, errorMessage } = await world.ended(task);
      assert.equal(status, "failed");
      assert.match(errorMessage ?? "", /404/);
    });
  }
}
