import assert from "node:assert/strict";
import { defaultConfigText } from "../../src/config/mod.ts";
import { isPlainToml } from "../../src/config/plain_toml.ts";
import { readToml } from "../../src/config/toml.ts";

for (const lang of ["en", "zh"] as const) {
  Deno.test(`the default file (${lang}) is plain, with Windows' line breaks too`, () => {
    const text = defaultConfigText(lang);
    assert.ok(isPlainToml(text));
    assert.ok(isPlainToml(text.replaceAll("\n", "\r\n")));
    assert.ok(isPlainToml(text.replaceAll(/^# (?=\[|\w+ = )/gm, "")));
  });
}

const PLAIN = [
  "",
  "a = 1 # x\n\t[b.c]\r\nd = -1.5\ne = []\nf = ['a', \"b\"]",
  "[a.b]\n[a]\nc = 1",
  "[[a]]\nb = 1\n[[a]]\nb = 1",
];

/** What parsers read in different ways, or not at all. */
const NOT_PLAIN = [
  "a = 1\na = 2",
  "a = 1 b = 2",
  "[a]\n[a]",
  "[a]\nb = 1\n[a.b]",
  "[a.b]\n[a]\nb = 1",
  "[a.b.c]\n[a]\nb = 1",
  "[a]\n[[a]]",
  "[[a]]\n[a]",
  "[[a]]\n[a.b]",
  "[a.b]\n[[a]]",
  "a = 1\n[a]",
  "a = 9007199254740993",
  "a = 01",
  "a = '''b'''",
  'a = "\\u0041"',
  "a = { b = 1 }",
  "a.b = 1",
  "a = [\n1]",
  "a = 07:32:00",
  "a = 'x\x01'",
  "# \x07",
  "a = 1\rb = 2",
  "[a",
  "a",
  "__proto__ = 1",
];

for (const text of PLAIN) {
  Deno.test(`isPlainToml() of ${JSON.stringify(text)}`, () => assert.ok(isPlainToml(text)));
}

for (const text of NOT_PLAIN) {
  Deno.test(`isPlainToml() is false of ${JSON.stringify(text)}`, () => {
    assert.ok(!isPlainToml(text));
  });
}

Deno.test("readToml() takes a section below one of its own, as any parser should", async () => {
  const read = await readToml("[a.b]\nc = 1\n[a]\nd = 2\n[[a.e]]\nf = 3\n");
  assert.ok("document" in read);
  assert.equal(
    JSON.stringify(read.document.values),
    JSON.stringify({ a: { b: { c: 1 }, d: 2, e: [{ f: 3 }] } }),
  );
});

Deno.test("readToml() finds the problems of all lines, in their order", async () => {
  const read = await readToml(
    "[a]\nb = lab\nc\n[a\nd = 1 e = 2\nf =\n# \x07\ng = 'x\n[a]\nh = {a = 1, a = 2}\nh = 3\r",
  );
  assert.ok("problems" in read);
  assert.deepEqual(read.problems.map(({ line }) => line), [2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
});
