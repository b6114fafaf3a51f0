import assert from "node:assert/strict";
import { containerName } from "../../../src/executor/docker/container_name.ts";

Deno.test("container names are fit for every engine", () => {
  const name = (taskId: string) => containerName({ taskId, workspace: "/data/workspaces/h-0a1b" });
  assert.equal(name("3f2a-99_x.y"), "open-aaas-task-3f2a-99_x.y");
  for (const odd of ["", "../x", "a b", "中", "-a", "a".repeat(129), "a\0"]) {
    assert.equal(name(odd), "open-aaas-task-h-0a1b", odd);
  }
});
