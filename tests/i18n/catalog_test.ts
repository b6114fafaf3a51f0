import assert from "node:assert/strict";

import * as i18n from "../../src/i18n/mod.ts";

const CHINESE = /\p{Script=Han}/u;
/** Nothing that would have to be translated: names, numbers, marks. */
const NO_WORDS = /^[\p{P}\p{S}\d\s]*$|^(?:[A-Z][\w.-]*|[\w.-]*\d[\w.-]*|[\p{P}\p{S}\d\s])+$/u;

interface Message {
  readonly name: string;
  readonly zh: string;
  readonly en: string;
}

/** Stands for a parameter, of whatever type: each of its words is its name. */
function parameter(name: string): unknown {
  const text = `{${name}}`;
  return {
    zh: text,
    en: text,
    join: () => text,
    toString: () => text,
    toLocaleString: () => text,
    toFixed: () => text,
    [Symbol.toPrimitive]: (hint: string) => hint === "number" ? 7 : text,
  };
}

const parameters = new Proxy({}, { get: (_, key) => parameter(String(key)) });

function isText(value: unknown): value is i18n.Text {
  const { zh, en } = (value ?? {}) as Record<string, unknown>;
  return typeof zh === "string" && typeof en === "string";
}

/** Every message of a catalog, also those in a record of messages. */
function messagesOf(name: string, value: unknown): Message[] {
  const text = typeof value === "function" ? value(parameters) : value;
  if (isText(text)) return [{ name, zh: text.zh, en: text.en }];
  if (typeof text === "object" && text !== null) {
    return Object.entries(text).flatMap(([key, part]) => messagesOf(`${name}.${key}`, part));
  }
  return [];
}

const catalogs = Object.entries(i18n).filter(([name]) => name.endsWith("Text") && name !== "Text");
const messages = catalogs.flatMap(([name, catalog]) => messagesOf(name, catalog));

function placeholders(words: string): string[] {
  return [...new Set(words.match(/\{\w+\}/g))].sort();
}

Deno.test("there is a catalog for every room, and none is empty", () => {
  assert.ok(catalogs.length >= 10, `only ${catalogs.length} catalogs`);
  for (const [name, catalog] of catalogs) {
    assert.ok(messagesOf(name, catalog).length > 0, `${name} has no message`);
  }
});

Deno.test("every message is there in both languages", () => {
  for (const { name, zh, en } of messages) {
    const plain = en.replaceAll(/\{\w+\}|"[^"]*"/g, "");
    assert.ok(zh.trim() !== "" && en.trim() !== "", `${name} is empty in a language`);
    assert.ok(!CHINESE.test(en), `${name} has Chinese in its English words: ${en}`);
    assert.ok(
      CHINESE.test(zh) || NO_WORDS.test(plain),
      `${name} has no Chinese words: ${zh}`,
    );
  }
});

Deno.test("both languages mention the same parameters", () => {
  for (const { name, zh, en } of messages) {
    assert.deepEqual(placeholders(zh), placeholders(en), `${name}:\n  ${zh}\n  ${en}`);
  }
});

Deno.test("no message says undefined, or ends in a blank", () => {
  for (const { name, zh, en } of messages) {
    for (const words of [zh, en]) {
      assert.doesNotMatch(words, /undefined|\[object|NaN/, name);
      assert.doesNotMatch(words, /[ \t]$/, `${name} ends in a blank: "${words}"`);
    }
  }
});

/** Code, options, values in quotes or brackets and what has the form of an address keep their own marks. */
const CODE = /`[^`]*`|--[\w-]+=\S+|"[^"]*"|'[^']*'|\[[^\]]*\]|tcp:\S+|名称:标签/g;
/** The labels of `status` are for scripts as well, and stay as they are: `配置文件: …`. */
const STATUS_LABEL = /^ *[\p{Script=Han}A-Za-z ]+:(?= |$)/u;

/** The words of a Chinese message as they are printed, a parameter being Chinese too. */
function chineseOf({ name, zh }: Message): string {
  const words = zh.replaceAll("{hostname}:{port}", "{address}").replaceAll(CODE, "");
  const plain = name.startsWith("statusText.status") ? words.replace(STATUS_LABEL, "") : words;
  return plain.replaceAll(/\{\w+\}/g, "参");
}

function assertNone(pattern: RegExp): void {
  const wrong = messages.filter((message) => pattern.test(chineseOf(message)));
  assert.deepEqual(wrong.map(({ name, zh }) => `${name}: ${zh}`), []);
}

Deno.test("amid Chinese words the punctuation is full-width", () => {
  assertNone(/\p{Script=Han}[,;:()!?]|[,;:()!?]\p{Script=Han}/u);
});

Deno.test("no comma or semicolon of a Chinese message is half-width, between two names either", () => {
  assertNone(/[,;]/);
});

Deno.test("what was expected stands behind other words as if it were written there", () => {
  const integer = i18n.configText.expectInteger({ min: 1, max: 5 });
  const boolean = i18n.configText.expectBoolean;
  const found = i18n.verbatim("0");
  for (
    const [expected, words] of [[integer, "应为 1 到 5 之间"], [boolean, "应为 true 或"]] as const
  ) {
    const { badValue } = i18n.configText;
    assert.ok(badValue({ key: "k", found, expected }).zh.includes(words));
    assert.ok(i18n.cliText.badAnswer({ given: "0", expected }).zh.includes(words));
  }
  const section = i18n.configText.expectSection({ key: "k" });
  assert.ok(i18n.cliText.badAnswer({ given: "0", expected: section }).zh.includes("应为小节"));
});

Deno.test("a blank parts Chinese words from other letters", () => {
  const letters = (message: Message) => message.zh.replaceAll(/\{\w+\}|`[^`]*`/g, " ");
  const wrong = messages.filter((message) =>
    /[A-Za-z0-9]\p{Script=Han}|\p{Script=Han}[A-Za-z0-9]/u.test(letters(message))
  );
  assert.deepEqual(wrong.map(({ name, zh }) => `${name}: ${zh}`), []);
});
