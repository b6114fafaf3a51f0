import assert from "node:assert/strict";
import { fromFileUrl } from "@std/path";

import genuine from "../../deno.json" with { type: "json" };
import standIns from "../../offline/import_map.json" with { type: "json" };

const ROOT = fromFileUrl(new URL("../../", import.meta.url));
const online: Readonly<Record<string, string>> = genuine.imports;
const offline: Readonly<Record<string, string>> = standIns.imports;

async function* sources(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) yield* sources(`${folder}/${name}`);
    else if (/\.ts$/.test(name)) yield `${folder}/${name}`;
  }
}

Deno.test("every package that the program imports is known in both worlds", async () => {
  const wanted = new Set<string>();
  for (const folder of ["src", "bench", "tests"]) {
    for await (const file of sources(`${ROOT}${folder}`)) {
      const text = await Deno.readTextFile(file);
      for (const [, name] of text.matchAll(/^(?:import|export|\}) .*?from "([^"]+)";$/gm)) {
        if (!/^(?:\.|node:|#)/.test(name)) wanted.add(name);
      }
    }
  }
  assert.ok(wanted.has("fflate") && wanted.has("@std/path"), [...wanted].join());
  assert.deepEqual([...wanted].filter((name) => !(name in online)), [], "deno.json");
  assert.deepEqual([...wanted].filter((name) => !(name in offline)), [], "offline/import_map.json");
});

Deno.test("what both worlds have from npm is one version, and everything is pinned", () => {
  for (const [name, place] of Object.entries(online)) {
    assert.match(place, /@\d+\.\d+\.\d+(?:\/|$)/, name);
    if (place.startsWith("npm:")) assert.equal(offline[name], place);
  }
});
