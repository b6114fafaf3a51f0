import { fromFileUrl } from "@std/path";
import { denoFlags } from "../e2e/agent_process.ts";
import { ROOT } from "./markdown.ts";

/** A command as the program's own help explains it. */
export interface HelpedCommand {
  /** Without the program's name: `tasks discard`. */
  readonly path: string;
  /** The spellings of each of its own options. */
  readonly options: readonly (readonly string[])[];
}

/** What the program says of itself. */
export interface ProgramHelp {
  readonly commands: readonly HelpedCommand[];
  /** Options of the program and of every command. */
  readonly globalOptions: readonly (readonly string[])[];
}

/** Asks the program for its help, and every command for its own. */
export async function readProgramHelp(): Promise<ProgramHelp> {
  const top = await help([]);
  const commands = await Promise.all(names(top).map((name) => below([name])));
  return {
    commands: commands.flat(),
    globalOptions: [...options(top, "Options:"), ...options(top, "Options for every command:")],
  };
}

async function below(path: readonly string[]): Promise<HelpedCommand[]> {
  const text = await help(path);
  const own = { path: path.join(" "), options: options(text, "Options:") };
  const inner = await Promise.all(names(text).map((name) => below([...path, name])));
  return [own, ...inner.flat()];
}

async function help(path: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", ...denoFlags(), fromFileUrl(new URL("main.ts", ROOT)), ...path, "--help"],
    env: { AGENT_CORE_LANG: "en", NO_COLOR: "1" },
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  if (code !== 0) throw new Error(`${path.join(" ")} --help ended with ${code}: ${err}`);
  return out;
}

const names = (text: string) =>
  lines(text, "Commands:").flatMap((line) => /^ {2}([a-z][\w-]*)/.exec(line)?.[1] ?? []);

const options = (text: string, title: string) =>
  lines(text, title).map((line) => /^ +(-.*?)(?: {3}|$)/.exec(line)?.[1] ?? "")
    .filter((usage) => usage !== "")
    .map((usage) => usage.split(", ").map((spelling) => spelling.split(" ")[0]))
    .filter((flags) => flags.every((flag) => flag.startsWith("-")));

/** The lines of a section of the help. */
function lines(text: string, title: string): string[] {
  const all = text.split("\n");
  const start = all.indexOf(title);
  if (start < 0) return [];
  const end = all.indexOf("", start);
  return all.slice(start + 1, end < 0 ? undefined : end);
}
