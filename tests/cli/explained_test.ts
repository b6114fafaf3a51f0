import assert from "node:assert/strict";

import { createApp, UsageFailure } from "../../src/cli/app.ts";
import { explained } from "../../src/cli/explained.ts";
import { ConfigFailure, ConfigMissing } from "../../src/config/mod.ts";
import { Failure, verbatim } from "../../src/i18n/mod.ts";

Deno.test("how the program ends: 2 where a person has to correct something first, else 1", async () => {
  const app = createApp({ env: {}, lang: "en", proxies: {} });
  const silent = { ...app, say: () => {} };
  const codeOf = (error?: unknown) =>
    explained(silent, () => error === undefined ? Promise.resolve() : Promise.reject(error));
  assert.equal(await codeOf(), 0);
  assert.equal(await codeOf(new UsageFailure(verbatim("x"))), 2);
  assert.equal(await codeOf(new ConfigMissing("config.toml")), 2);
  assert.equal(await codeOf(new ConfigFailure("config.toml", [])), 2);
  assert.equal(await codeOf(new Failure(verbatim("x"))), 1);
  assert.equal(await codeOf(new Deno.errors.NotFound("x")), 1);
  assert.equal(await codeOf(new TypeError("a bug")), 1);
});
