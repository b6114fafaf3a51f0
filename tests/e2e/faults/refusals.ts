import assert from "node:assert/strict";

import type { FaultEffect } from "../../../src/devserver/mod.ts";
import { effect } from "../../support/effects.ts";
import { createLab } from "./lab.ts";
import type { Ledger } from "./ledger.ts";

/** Refusals of a file that are final, and how often they are said. */
const FINAL: Readonly<Record<string, { readonly effect: FaultEffect; readonly times: number }>> = {
  "400": { effect: effect.error(400, "BadRequest", "too large"), times: 1 },
  "404": { effect: effect.error(404, "NotFound", "no such task"), times: 1 },
  "413": { effect: effect.page(413), times: 1 },
  "408": { effect: { kind: "answer", status: 408 }, times: 3 },
};

/** A file that is refused for good is named in the report, and holds nothing else back. */
export async function refuseFiles(ledger: Ledger): Promise<void> {
  await using lab = await createLab(ledger);
  const { world } = lab;
  const agent = await lab.start();
  await Promise.all(
    Object.entries(FINAL).map(async ([name, { effect, times }]) => {
      const id = `refused-${name}-${crypto.randomUUID().slice(0, 8)}`;
      world.server.faults.inject({ call: "upload", taskId: id, effect, times });
      ledger.fault(`final refusals (${name})`, times);
      const task = await world.submit("echo a > output/a; echo b > output/b", [], { id });
      await ledger.expect(`upload refused with ${name}`, async () => {
        const { status, output } = await world.ended(task);
        assert.equal(status, "completed");
        const skipped = output?.skipped_files as { name: string; reason: string }[];
        assert.deepEqual(skipped.map((file) => file.name), ["output/a"]);
        assert.ok(skipped[0].reason.length > 0);
        assert.deepEqual(output?.files, ["output/b"]);
        assert.deepEqual([...(await world.outputs(id)).keys()], ["output/b"]);
      }, { agent, id });
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
