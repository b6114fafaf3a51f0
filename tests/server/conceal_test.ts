import assert from "node:assert/strict";
import { concealing } from "../../src/server/wire.ts";

const KEY = "ak_agent_0123456789/+=";

Deno.test("a secret is taken out of words, also spelled for an URL, also cut at their end", () => {
  const conceal = concealing(KEY);
  assert.equal(conceal(`a ${KEY} b ${KEY}`), "a *** b ***");
  assert.equal(conceal(`http://x/?k=${encodeURIComponent(KEY)}&b`), "http://x/?k=***&b");
  assert.equal(conceal(`cut: ${KEY.slice(0, 15)}`), "cut: ***");
  assert.equal(conceal(`too little to tell: ${KEY.slice(0, 5)}`), "too little to tell: ak_ag");
  assert.equal(conceal("nothing in it"), "nothing in it");
  assert.equal(concealing("")("as it is"), "as it is");
});
