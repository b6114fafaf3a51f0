import assert from "node:assert/strict";
import { LastBytes } from "../../../src/executor/log/last_bytes.ts";

Deno.test("the last bytes are the last bytes", () => {
  const encoder = new TextEncoder();
  let whole = "";
  const last = new LastBytes(1000);
  for (let i = 0; i < 3000; i++) {
    const piece = "x".repeat(i % 7) + i;
    whole += piece;
    last.push(encoder.encode(piece));
    if (i % 97 === 0) assert.equal(last.text(), whole.slice(-1000));
  }
  last.push(encoder.encode("y".repeat(5000)));
  assert.equal(last.text(), "y".repeat(1000));
  last.push(encoder.encode("中".repeat(334)));
  assert.equal(last.text(), "中".repeat(333));
  last.clear();
  assert.equal(last.text(), "");
});
