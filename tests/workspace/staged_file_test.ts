import assert from "node:assert/strict";
import fs from "node:fs";
import { join } from "@std/path";

import { createStagedFile } from "../../src/workspace/staged_file.ts";
import { tempFolder } from "../daemon/helpers.ts";

Deno.test("why a file could not be written is not hidden by a close that fails, too", async () => {
  await using folder = await tempFolder();
  const { open } = fs.promises;
  fs.promises.open = async (...args) => {
    const file = await open(...args);
    const close = file.close.bind(file);
    file.close = async () => {
      await close();
      throw new Error("close");
    };
    return file;
  };
  try {
    await assert.rejects(async () => {
      await using _file = await createStagedFile(join(folder.path, "in"));
      throw new Error("no space");
    }, { message: "no space" });
  } finally {
    fs.promises.open = open;
  }
});
