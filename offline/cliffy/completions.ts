/** Stand-in for `@cliffy/command/completions`: scripts with all names and values in them. */
import type { AnyCommand } from "./any_command.ts";
import { Command } from "./command.ts";
import type { Argument } from "./types.ts";

/** `completions bash|zsh|fish`: prints a script that the shell is to load. */
export class CompletionsCommand extends Command {
  constructor() {
    super();
    const root = () => this.getMainCommand();
    this.description("Generate shell completions.").action(() => this.showHelp());
    const scripts = { bash, fish, zsh };
    for (const [shell, script] of Object.entries(scripts)) {
      this.command(shell, new Command())
        .description(`Generate shell completions for ${shell}.`)
        .option("-n, --name <command-name>", "The name of the main command.")
        .action(({ name }) => console.log(script(root(), name ?? root().getName())));
    }
    this.reset();
  }
}

interface Word {
  word: string;
  description: string;
  /** What follows an option that takes a value: one of these, a file, or anything else. */
  value?: readonly string[] | "file" | "other";
}

/** Path of a command below the root ("" for the root) → what can follow it. */
function wordsByPath(cmd: AnyCommand, path = ""): Map<string, Word[]> {
  const children = cmd.getCommands();
  const [argument] = cmd.getArguments();
  const values = argument === undefined ? [] : valueOf(cmd, argument);
  const words: Word[] = [
    ...children.map((child) => ({
      word: child.getName(),
      description: firstLine(child.getDescription()),
    })),
    ...(Array.isArray(values) ? values : []).map((word) => ({ word, description: "" })),
    ...cmd.getOptions().flatMap(({ flags, description, args }) =>
      flags.map((word) => ({
        word,
        description: firstLine(description),
        ...(args.length > 0 && { value: valueOf(cmd, args[0]) }),
      }))
    ),
  ];
  const all = new Map([[path, words]]);
  for (const child of children) {
    if (child.getParent() !== cmd) continue;
    for (const [key, value] of wordsByPath(child, `${path} ${child.getName()}`.trim())) {
      all.set(key, value);
    }
  }
  return all;
}

function valueOf(cmd: AnyCommand, { type, action }: Argument): string[] | "file" | "other" {
  if (type === "file") return "file";
  const complete = cmd.getCompletion(action)?.complete;
  return complete === undefined ? "other" : complete(cmd, cmd.getParent());
}

const firstLine = (text: string) => text.trim().split("\n", 1)[0].trim();
const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
const functionName = (name: string) => `_${name.replace(/[^A-Za-z0-9]/g, "_")}`;

/** The branches of a `case` over "path:option", for options that take a value. */
function valueCases(
  table: ReadonlyMap<string, readonly Word[]>,
  branch: (value: NonNullable<Word["value"]>) => string,
): string {
  const patterns = new Map<string, string[]>();
  for (const [path, words] of table) {
    for (const { word, value } of words) {
      if (value === undefined) continue;
      const key = branch(value);
      patterns.set(key, [...patterns.get(key) ?? [], quoted(`${path}:${word}`)]);
    }
  }
  return [...patterns].map(([key, all]) => `    ${all.join("|")}) ${key} ;;`).join("\n");
}

function bash(cmd: AnyCommand, name: string): string {
  const table = wordsByPath(cmd);
  const cases = [...table].map(([path, words]) =>
    `    ${quoted(path)}) words=${quoted(words.map(({ word }) => word).join(" "))} ;;`
  );
  // Nothing offered makes bash look for files by itself, with all that it knows of their names.
  const values = valueCases(
    table,
    (value) => typeof value === "string" ? "words=" : `words=${quoted(value.join(" "))}`,
  );
  return `# bash completion for ${name}
${functionName(name)}() {
  local current option path word words
  current="\${COMP_WORDS[COMP_CWORD]}"
  option="\${COMP_WORDS[COMP_CWORD-1]}"
  if [ "$current" = '=' ]; then current=''; elif [ "$option" = '=' ]; then option="\${COMP_WORDS[COMP_CWORD-2]}"; fi
  path=''
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "\${path:+$path }$word" in
      ${pathsPattern(table)}) path="\${path:+$path }$word" ;;
    esac
  done
  words=''
  case "$path" in
${cases.join("\n")}
  esac
  case "$path:$option" in
${values}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o bashdefault -o default -F ${functionName(name)} ${name}`;
}

function zsh(cmd: AnyCommand, name: string): string {
  const table = wordsByPath(cmd);
  const cases = [...table].map(([path, words]) => {
    const entries = words.map(({ word, description }) =>
      quoted(`${word.replaceAll(":", "\\:")}:${description.replaceAll(":", "\\:")}`)
    );
    return `    ${quoted(path)}) completed=(${entries.join(" ")}) ;;`;
  });
  const values = valueCases(
    table,
    (value) =>
      typeof value === "string" ? "completed=()" : `completed=(${value.map(quoted).join(" ")})`,
  );
  const fn = functionName(name);
  return `#compdef ${name}
${fn}() {
  local path_so_far word option
  local -a completed
  path_so_far=''
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "\${path_so_far:+$path_so_far }$word" in
      ${pathsPattern(table)}) path_so_far="\${path_so_far:+$path_so_far }$word" ;;
    esac
  done
  case "$path_so_far" in
${cases.join("\n")}
  esac
  option="\${words[CURRENT-1]}"
  if [[ "$PREFIX" == --*=* ]]; then option="\${PREFIX%%=*}"; compset -P '*='; fi
  case "$path_so_far:$option" in
${values}
  esac
  _describe 'command' completed || _files
}
if [ "$funcstack[1]" = ${quoted(fn)} ]; then ${fn} "$@"; else compdef ${fn} ${name}; fi`;
}

function fish(cmd: AnyCommand, name: string): string {
  const lines = [...wordsByPath(cmd)].flatMap(([path, words]) => {
    const seen = path === "" ? "__fish_use_subcommand" : path.split(" ")
      .map((part) => `__fish_seen_subcommand_from ${part}`).join("; and ");
    return words.map(({ word, description, value }) => {
      const what = word.startsWith("--")
        ? `-l ${word.slice(2)}`
        : word.startsWith("-")
        ? `-s ${word.slice(1)}`
        : `-f -a ${word}`;
      return `complete -c ${name} -n ${quoted(seen)} ${what}${fishValue(value)} -d ${
        quoted(description)
      }`;
    });
  });
  return [`# fish completion for ${name}`, ...lines].join("\n");
}

function fishValue(value: Word["value"]): string {
  if (value === undefined) return "";
  return typeof value === "string" ? " -r -F" : ` -x -a ${quoted(value.join(" "))}`;
}

function pathsPattern(table: ReadonlyMap<string, Word[]>): string {
  const paths = [...table.keys()].filter((path) => path !== "");
  return paths.length === 0 ? "''" : paths.map(quoted).join("|");
}
