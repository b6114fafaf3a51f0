import assert from "node:assert/strict";

import { createConcealer } from "../../src/util/mod.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (parts: readonly Uint8Array[]) => new TextDecoder().decode(concat(parts));

function concat(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

/** The text through a stream, cut after these bytes. */
function streamed(values: readonly string[], text: string, cuts: readonly number[]): string {
  const stream = createConcealer(values).stream();
  const bytes = encode(text);
  const edges = [0, ...cuts, bytes.length];
  const parts = edges.slice(1).map((edge, at) => stream.push(bytes.slice(edges[at], edge)));
  return decode([...parts, stream.end()]);
}

/** The same thing done simply: every value looked for at every place. */
function expected(values: readonly string[], text: string): string {
  const isSecret = Array.from(text, () => false);
  for (const value of values) {
    for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1)) {
      isSecret.fill(true, at, at + value.length);
    }
  }
  return [...text].map((sign, at) => !isSecret[at] ? sign : isSecret[at - 1] ? "" : "***").join("");
}

Deno.test("a value is concealed wherever it stands and however it is cut", () => {
  const text =
    "key=sk-live-1234, again sk-live-1234sk-live-1234; sk-live-123 is none; 密钥-一二三四";
  const values = ["sk-live-1234", "密钥-一二三四"];
  const whole = "key=***, again ***; sk-live-123 is none; ***";
  const { length } = encode(text);
  for (let first = 0; first <= length; first++) {
    assert.equal(streamed(values, text, [first]), whole);
    assert.equal(streamed(values, text, [first, Math.min(length, first + 3)]), whole);
  }
  assert.equal(streamed(values, text, Array.from({ length }, (_, at) => at)), whole);
  assert.equal(createConcealer(values).text(text), whole);
});

Deno.test("values that overlap, repeat themselves or lie within each other leave one mark", () => {
  const cases: [values: string[], text: string, concealed: string][] = [
    [["abcd", "cdef"], "-abcdef-", "-***-"],
    [["abab"], "-ababab-abab-", "-***-***-"],
    [["bc", "abcd"], "abce abcd", "a***e ***"],
    [["aaaa"], "aaaaaaaaa", "***"],
    [["ab", "abcdefgh"], "abcdefg", "***cdefg"],
  ];
  for (const [values, text, concealed] of cases) {
    for (let cut = 0; cut <= text.length; cut++) {
      assert.equal(streamed(values, text, [cut]), concealed, `${values} in ${text} at ${cut}`);
    }
  }
});

Deno.test("it finds what a simple search finds, in words that are all beginnings of each other", () => {
  // A generator with a seed: the same cases each time.
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor(seed / 65_536) % below;
  };
  const word = (length: number) => Array.from({ length }, () => "ab"[random(2)]).join("");
  for (let round = 0; round < 3_000; round++) {
    const values = Array.from({ length: 1 + random(4) }, () => word(2 + random(5)));
    const text = word(random(40));
    const cuts = Array.from({ length: random(4) }, () => random(text.length + 1)).sort((a, b) =>
      a - b
    );
    const simple = expected(values, text);
    assert.equal(streamed(values, text, cuts), simple, `${values} in ${text} at ${cuts}`);
  }
});

Deno.test("of a value whose rest never comes nothing that tells is shown", () => {
  const stream = createConcealer(["sk-live-1234567890"]).stream();
  assert.equal(decode([stream.push(encode("Bearer sk-live-12"))]), "Bearer ");
  assert.equal(decode([stream.end()]), "***");
  assert.equal(decode([stream.push(encode("sk-l")), stream.end()]), "sk-l");
  // What ended is over: the rest of the value alone is not one.
  assert.equal(decode([stream.push(encode("live-1234567890")), stream.end()]), "live-1234567890");
});

Deno.test("no more is kept back than may become a value", () => {
  const stream = createConcealer(["secret-one", "secret-two"]).stream();
  assert.equal(decode([stream.push(encode("a secret"))]), "a ");
  assert.equal(decode([stream.push(encode("ary"))]), "secretary");
  assert.equal(decode([stream.push(encode(" is no secret-one"))]), " is no ");
  assert.equal(decode([stream.push(encode("!"))]), "***!");
});

Deno.test("without values, bytes and texts go through as they are", () => {
  const concealer = createConcealer(["", ""]);
  const bytes = encode("x");
  assert.equal(concealer.stream().push(bytes), bytes);
  // A half of a pair of surrogates is no reason to change a text in which nothing was found.
  assert.equal(createConcealer(["secret"]).text("\ud800 x"), "\ud800 x");
});
