import assert from "node:assert/strict";
import { parseBytes } from "../../src/config/mod.ts";
import { nearest } from "../../src/config/nearest.ts";
import { isWsl } from "../../src/config/host_path.ts";

const K = 1024;
const SIZES: readonly [text: string, bytes: number | undefined][] = [
  ["0", 0],
  ["1024", 1024],
  ["1b", 1],
  ["2k", 2 * K],
  ["512m", 512 * K ** 2],
  ["512M", 512 * K ** 2],
  ["4g", 4 * K ** 3],
  ["4gb", 4 * K ** 3],
  ["4GiB", 4 * K ** 3],
  ["4 GB", 4 * K ** 3],
  ["1.5g", 1.5 * K ** 3],
  ["1t", K ** 4],
  [" 4g ", 4 * K ** 3],
  ["0.3b", 0],
  ["", undefined],
  ["g", undefined],
  ["-1", undefined],
  ["+1", undefined],
  ["1e3", undefined],
  ["4x", undefined],
  ["4ib", undefined],
  ["4bb", undefined],
  ["1.g", undefined],
  [".5g", undefined],
  ["1,5g", undefined],
  ["9007199254740991", 9007199254740991],
  ["9007199254740992", undefined],
  ["9999999t", undefined],
  ["9".repeat(1000), undefined],
  ["Infinity", undefined],
];

for (const [text, bytes] of SIZES) {
  Deno.test(`parseBytes() of ${JSON.stringify(text.slice(0, 30))}`, () => {
    assert.equal(parseBytes(text), bytes);
  });
}

const NAMES = ["base_url", "capacity", "image", "init", "cpus", "user"];
const WORDS: readonly [word: string, near: string | undefined][] = [
  ["base_url", "base_url"],
  ["baseurl", "base_url"],
  ["BASE-URL", "base_url"],
  ["capactiy", "capacity"],
  ["images", "image"],
  ["cpu", "cpus"],
  ["wholly_other", undefined],
  ["x", undefined],
  ["x".repeat(100_000), undefined],
];

for (const [word, near] of WORDS) {
  Deno.test(`nearest() to ${word.slice(0, 20)}`, () => assert.equal(nearest(word, NAMES), near));
}

Deno.test("isWsl() knows it by the environment, and only on Linux", () => {
  assert.equal(isWsl("linux", { WSL_DISTRO_NAME: "Ubuntu" }), true);
  assert.equal(isWsl("windows", { WSL_DISTRO_NAME: "Ubuntu" }), false);
});
