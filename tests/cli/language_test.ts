import assert from "node:assert/strict";

import { chooseLanguage } from "../../src/cli/language.ts";

Deno.test("the language is chosen by the flag, the variable, then the locale", () => {
  const cases: [string[], Record<string, string>, "zh" | "en"][] = [
    [[], {}, "zh"],
    [[], { LANG: "C" }, "en"],
    [[], { LANG: "C.UTF-8" }, "en"],
    [[], { LANG: "POSIX" }, "en"],
    [[], { LC_ALL: "C", LANG: "zh_CN.UTF-8" }, "en"],
    [[], { LANG: "zh_CN.UTF-8" }, "zh"],
    [[], { LANG: "zh-TW" }, "zh"],
    [[], { LANG: "en_US.UTF-8" }, "en"],
    [[], { LANG: "de_DE@euro" }, "en"],
    [[], { LC_ALL: "zh_CN", LANG: "en_US" }, "zh"],
    [[], { LC_MESSAGES: "en_GB", LANG: "zh_CN" }, "en"],
    [[], { LC_ALL: "", LANG: "en_US" }, "en"],
    [[], { AGENT_CORE_LANG: "zh", LANG: "en_US" }, "zh"],
    [["--lang", "en"], { AGENT_CORE_LANG: "zh" }, "en"],
    [["run", "--lang=zh"], { AGENT_CORE_LANG: "en" }, "zh"],
    [["--", "--lang", "en"], {}, "zh"],
  ];
  for (const [args, env, expected] of cases) {
    assert.equal(chooseLanguage(args, env), expected, JSON.stringify([args, env]));
  }
});
