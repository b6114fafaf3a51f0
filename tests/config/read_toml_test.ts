import assert from "node:assert/strict";
import { parse } from "@std/toml";
import { defaultConfigText } from "../../src/config/mod.ts";
import { plainStatements } from "../../src/config/plain_toml.ts";
import { readToml } from "../../src/config/toml.ts";

for (const lang of ["en", "zh"] as const) {
  Deno.test(`the default file (${lang}) is plain, with Windows' line breaks too`, () => {
    const text = defaultConfigText(lang);
    const plain = plainStatements(text);
    assert.ok(plain);
    assert.deepEqual(parse(plain), parse(text));
    assert.equal(plainStatements(text.replaceAll("\n", "\r\n")), plain);
    assert.ok(plainStatements(text.replaceAll(/^# (?=\[|\w+ = )/gm, "")));
  });
}

const PLAIN = [
  "",
  "a = 1 # x\n\t[b.c]\r\nd = -1.5\ne = []\nf = ['a', \"b\"]",
  "[a.b]\n[a]\nc = 1",
  "[[a]]\nb = 1\n[[a]]\nb = 1",
  "  a = 'x y'# no text\n# [b]",
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

/** `@std/toml` refuses a section above its own part. */
function outcome(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return "refused";
  }
}

for (const text of PLAIN) {
  Deno.test(`plainStatements() of ${JSON.stringify(text)}`, () => {
    const plain = plainStatements(text);
    assert.ok(plain !== undefined && !plain.includes("#"));
    assert.deepEqual(outcome(plain), outcome(text));
  });
}

for (const text of NOT_PLAIN) {
  Deno.test(`plainStatements() is undefined of ${JSON.stringify(text)}`, () => {
    assert.equal(plainStatements(text), undefined);
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

/** Texts with the lines of their problems. */
const BROKEN: readonly [text: string, lines: number[]][] = [
  ["[a]\nb = lab\nc\n[a\nd = 1 e = 2\nf =\n# \x07\ng = 'x\nh = [1 2]\ni = 1\r", [
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    9,
    10,
  ]],
  ["a =\n\n# b\n\nc = 1\nd\n", [1, 6]],
  ["a = [\n  1,\n  lab,\n]\nb = lab", [3]],
  ["a = 1\nb = [\n  1,\n\n# c", [2]],
  ['a = 1\nb = """\nc = 1\n', [2]],
  [`a = '''\n${"b = 1\n".repeat(300)}`, [1]],
  ["a = 1\nb = [\n1,\n]\nc = lab", [5]],
  ["a = 1\na = 2\n[b]\n[b]\nc = { d = 1, d = 2 }\nc = 3\ne = 9007199254740993", [2, 4, 5, 7]],
  ["[a]\n[b]\n[a]\nc\n[b]\nd = lab", [4, 6]],
  ["a = 1\na = [\n1,\n]\na = [\n2\n]", [2, 5]],
];

for (const [text, lines] of BROKEN) {
  Deno.test(`readToml() finds the problems of all lines in ${JSON.stringify(text)}`, async () => {
    const read = await readToml(text);
    assert.ok("problems" in read);
    assert.deepEqual(read.problems.map(({ line }) => line), lines);
  });
}

Deno.test("readToml() of a large file that is no configuration takes no time", async () => {
  const start = performance.now();
  for (
    const line of ['{"time": 1, "words": [1, 2]}', "Some words.", "a = b", "[a", "a = {", "[a]"]
  ) {
    const read = await readToml(`${line}\n`.repeat(20_000));
    assert.ok("problems" in read);
  }
  assert.ok(performance.now() - start < 10_000);
});
