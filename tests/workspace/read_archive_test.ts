import assert from "node:assert/strict";
import { packTar } from "modern-tar";

import type { CollectBudget } from "../../src/workspace/collect_budget.ts";
import { readArchive } from "../../src/workspace/read_archive.ts";

const HEADER = 512;

function file(name: string, body: string) {
  return { header: { name, size: body.length }, body };
}

/** What is read of the second file, whose header comes together with the first one or later. */
async function secondAfter(cut: number): Promise<string> {
  const tar = await packTar([file("w/first", "1"), file("w/second", "2")]);
  const budget = { signal: new AbortController().signal, count() {}, bytesLeft: Infinity };
  const parts = ReadableStream.from([tar.slice(0, cut), tar.slice(cut)]);
  for await (const { path, body } of readArchive(parts, "", budget as unknown as CollectBudget)) {
    if (path === "second") return await new Response(body).text();
  }
  return "nothing";
}

Deno.test("what is passed over takes nothing of the next entry with it, however the bytes come", async () => {
  for (let cut = HEADER; cut <= 4 * HEADER; cut += HEADER / 2) {
    assert.equal(await secondAfter(cut), "2", `cut after ${cut} bytes`);
  }
});
