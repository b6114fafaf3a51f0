import assert from "node:assert/strict";
import { mimeTypeOf } from "../../src/uploader/send_file.ts";

Deno.test("the type follows the extension of the last part of the name", () => {
  const cases: [string, string | undefined][] = [
    ["output/response.md", "text/markdown"],
    ["a.CSV", "text/csv"],
    ["图.png", "image/png"],
    ["data.json", "application/json"],
    ["part.zip", "application/zip"],
    ["folder.txt/noext", undefined],
    ["Makefile", undefined],
    ["", undefined],
  ];
  for (const [name, type] of cases) assert.equal(mimeTypeOf(name), type, name);
});
