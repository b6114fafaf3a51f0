import assert from "node:assert/strict";
import { homeFolder } from "../../src/util/mod.ts";

Deno.test("homeFolder() is what HOME, else USERPROFILE says; an empty variable is none", () => {
  assert.equal(homeFolder({ HOME: "/home/me", USERPROFILE: "C:\\Users\\me" }), "/home/me");
  assert.equal(homeFolder({ HOME: "", USERPROFILE: "C:\\Users\\me" }), "C:\\Users\\me");
  assert.equal(homeFolder({ HOME: "" }), undefined);
  assert.equal(homeFolder({}), undefined);
});
