import type { Lang } from "../i18n/mod.ts";

/**
 * The language to speak: `--lang`, else `AGENT_CORE_LANG`, else the locale's (`LC_ALL`, `LC_MESSAGES`,
 * `LANG`, the first that is set). Chinese where none is set or it names Chinese, else English.
 */
export function chooseLanguage(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Lang {
  const locale = env.LC_ALL || env.LC_MESSAGES || env.LANG || "";
  const named = flag(args) || env.AGENT_CORE_LANG || locale;
  const language = named.toLowerCase().split(/[_.@-]/)[0];
  return ["", "zh"].includes(language) ? "zh" : "en";
}

/** Read before the command line is parsed: the help that parsing may print is in this language. */
function flag(args: readonly string[]): string | undefined {
  for (const [index, arg] of args.entries()) {
    if (arg === "--") return undefined;
    if (arg === "--lang") return args[index + 1];
    if (arg.startsWith("--lang=")) return arg.slice("--lang=".length);
  }
  return undefined;
}
