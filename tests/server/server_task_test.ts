import assert from "node:assert/strict";
import { parseTask } from "../../src/server/mod.ts";
import { polledTask } from "../../src/server/server_task.ts";

const file = { id: "f1", filename: "a.pdf", mime_type: null, size_bytes: 12, extra: 1 };
const task = {
  id: "t1",
  task_prompt: "do it",
  output_prompt: "",
  session_id: "s1",
  input_files: [file],
  priority: 7,
};

Deno.test("a task as new and as old Servers send it", () => {
  assert.deepEqual(parseTask(task), {
    id: "t1",
    taskPrompt: "do it",
    outputPrompt: null,
    sessionId: "s1",
    inputFiles: [{ id: "f1", filename: "a.pdf", mimeType: null, sizeBytes: 12 }],
  });
  assert.deepEqual(parseTask({ id: "t1", task_prompt: "" }), {
    id: "t1",
    taskPrompt: "",
    outputPrompt: null,
    sessionId: null,
    inputFiles: [],
  });
  assert.deepEqual(parseTask({ ...task, input_files: null }).inputFiles, []);
});

Deno.test("what the journal kept is read the same way", () => {
  assert.deepEqual(parseTask(JSON.parse(JSON.stringify(task))), parseTask(task));
});

Deno.test("a malformed task keeps its id and says which field is wrong", () => {
  const cases: [raw: unknown, id: string | undefined, field: RegExp][] = [
    [{ ...task, task_prompt: 7 }, "t1", /task_prompt: .* expected string, received number/],
    [{ ...task, input_files: [{ ...file, size_bytes: -1 }] }, "t1", /input_files\.0\.size_bytes/],
    [{ ...task, input_files: [{ ...file, id: ".." }] }, "t1", /input_files\.0\.id/],
    [{ ...task, input_files: "all" }, "t1", /input_files/],
    [{ ...task, id: ".." }, "..", /id/],
    [{ ...task, id: "a\0b" }, "a\0b", /id/],
    [{ ...task, id: "x".repeat(10_000) }, "x".repeat(10_000), /id/],
    [{ ...task, id: 7 }, undefined, /id/],
    [{ ...task, id: "" }, undefined, /id/],
    [null, undefined, /malformed/],
    ["task", undefined, /malformed/],
    [[], undefined, /malformed/],
  ];
  for (const [raw, id, field] of cases) {
    const polled = polledTask(raw);
    assert.equal(polled.id, id);
    assert.equal(polled.parsed, undefined);
    assert.match(polled.problem!.en, field);
    assert.throws(() => parseTask(raw), field);
  }
});

Deno.test("an id with slashes is a task like any other; the workspace hashes it", () => {
  assert.equal(polledTask({ ...task, id: "../../etc" }).parsed?.id, "../../etc");
});

Deno.test("JSON of a depth that would bring down its writer is not kept", () => {
  const deep = JSON.parse(`${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`);
  const polled = polledTask({ ...task, deep });
  assert.equal(polled.id, "t1");
  assert.ok(polled.problem);
  assert.equal(JSON.stringify(polled.raw), '{"id":"t1"}');
});

Deno.test("an odd media type does not spoil a task", () => {
  const odd = { ...task, input_files: [{ ...file, mime_type: { a: 1 } }] };
  assert.equal(parseTask(odd).inputFiles[0].mimeType, null);
});
