import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { fromFileUrl, join } from "@std/path";
import { withServer } from "./with_server.ts";

const MIB = 1024 * 1024;
const SIZE = 300 * MIB;

async function digest(path: string): Promise<string> {
  const hash = createHash("sha256");
  const file = await Deno.open(path);
  for await (const chunk of file.readable) hash.update(chunk);
  return hash.digest("hex");
}

/** The child resolves packages as this process does: by deno.json, or by the offline import map. */
function importMap(): string[] {
  if (!import.meta.resolve("@std/path").startsWith("file:")) return [];
  return ["--import-map", fromFileUrl(new URL("../../offline/import_map.json", import.meta.url))];
}

Deno.test("a big file goes up and comes down in little memory", async () => {
  await using stage = await withServer({ maxUploadBytes: 2 * SIZE, requestTimeoutMs: 600_000 });
  const dir = await Deno.makeTempDir({ prefix: "agent-core-" });
  try {
    const path = join(dir, "big.bin");
    using file = await Deno.open(path, { write: true, create: true });
    const block = crypto.getRandomValues(new Uint8Array(65_536));
    for (let at = 0; at < SIZE; at += block.length) {
      // Each block differs: one that was sent twice or in another's place would be seen.
      new DataView(block.buffer).setUint32(0, at);
      await file.write(block);
    }
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--quiet",
        "--allow-all",
        "--no-lock",
        ...importMap(),
        fromFileUrl(new URL("./memory_child.ts", import.meta.url)),
        stage.server.url,
        stage.serviceId,
        stage.apiKey,
        await stage.runningTask(),
        path,
        String(SIZE),
      ],
    });
    const { success, stdout, stderr } = await child.output();
    assert.ok(success, new TextDecoder().decode(stderr));
    const { came, peak } = JSON.parse(new TextDecoder().decode(stdout));
    assert.equal(came, SIZE);
    assert.equal(await digest(`${path}.copy`), await digest(path));
    assert.ok(peak < 120 * MIB, `${Math.round(peak / MIB)} MiB`);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
