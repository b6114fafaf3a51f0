import assert from "node:assert/strict";
import { fromFileUrl, join } from "@std/path";

import { inFolder } from "../journal/in_folder.ts";
import { makeOldJournal } from "../journal/old_journal.ts";
import { compileProgram } from "../support/compiled.ts";

const PROGRAM = fromFileUrl(new URL("fixtures/modernize.ts", import.meta.url));

// Deno keeps a program with such permissions from some of SQLite: ATTACH, and with it VACUUM.
Deno.test("the compiled program brings an old journal to the new format, and shrinks it", () =>
  inFolder(async (path) => {
    makeOldJournal(path, { tasks: 10, promptBytes: 20_000 });
    const output = join(path, "..", "modernize");
    await compileProgram({ output, file: PROGRAM });
    const { stdout, stderr } = await new Deno.Command(output, { args: [path] }).output();
    const [said, error] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    assert.equal(error, "");
    assert.deepEqual(JSON.parse(said), { tasks: 10, returned: true });
  }));
