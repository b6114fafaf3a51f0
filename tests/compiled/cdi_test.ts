import assert from "node:assert/strict";
import { fromFileUrl, join } from "@std/path";

import { compileProgram } from "../support/compiled.ts";

const FIXTURE = fromFileUrl(new URL("fixtures/cdi.ts", import.meta.url));

Deno.test("compiled: specifications of GPUs in YAML are read, although nothing else needs YAML", async () => {
  const folder = await Deno.makeTempDir({ prefix: "agent-core-" });
  try {
    await Deno.writeTextFile(
      join(folder, "nvidia.yaml"),
      'cdiVersion: "0.5.0"\nkind: nvidia.com/gpu\ndevices:\n- name: "0"\n- name: GPU-x\n',
    );
    const output = join(folder, "cdi");
    await compileProgram({ output, file: FIXTURE });
    const { stdout } = await new Deno.Command(output, { args: [folder], clearEnv: true }).output();
    assert.equal(new TextDecoder().decode(stdout), "0 GPU-x\n");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
