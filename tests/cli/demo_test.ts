import assert from "node:assert/strict";

import { testEngine } from "../support/engine.ts";
import { ANSI, createPlace } from "./support/place.ts";

Deno.test("the demo shows a whole task, in Chinese throughout or in English throughout", async () => {
  await using _engine = await testEngine();
  await using place = await createPlace();
  const chinese = await place.run(["demo", "--lang", "zh"]);
  assert.equal(chinese.code, 0, chinese.stderr);
  assert.match(chinese.stdout, /^结果：完成$/m);
  assert.match(chinese.stdout, /output\/words\.txt|response\.md/);
  const english = await place.run(["demo"]);
  assert.match(english.stdout, /^Result: completed$/m);
  assert.doesNotMatch(chinese.stdout + english.stdout, ANSI);
});
