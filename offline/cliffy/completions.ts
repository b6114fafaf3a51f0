/** Stand-in for `@cliffy/command/completions`: scripts with all names in them. */
import type { AnyCommand } from "./any_command.ts";
import { Command } from "./command.ts";

/** `completions bash|zsh|fish`: prints a script that the shell is to load. */
export class CompletionsCommand extends Command {
  constructor(cmd?: AnyCommand) {
    super();
    const root = () => cmd ?? this.getMainCommand();
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
}

/** Path of a command below the root ("" for the root) → what can follow it. */
function wordsByPath(cmd: AnyCommand, path = ""): Map<string, Word[]> {
  const children = cmd.getCommands();
  const words = [
    ...children.map((child) => ({
      word: child.getName(),
      description: child.getShortDescription(),
    })),
    ...cmd.getOptions().flatMap(({ flags, description }) =>
      flags.map((word) => ({ word, description: description.trim().split("\n", 1)[0] }))
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

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
const functionName = (name: string) => `_${name.replace(/[^A-Za-z0-9]/g, "_")}`;

function bash(cmd: AnyCommand, name: string): string {
  const table = wordsByPath(cmd);
  const cases = [...table].map(([path, words]) =>
    `    ${quoted(path)}) words=${quoted(words.map(({ word }) => word).join(" "))} ;;`
  );
  return `# bash completion for ${name}
${functionName(name)}() {
  local current path word words
  current="\${COMP_WORDS[COMP_CWORD]}"
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
    return `    ${quoted(path)}) words=(${entries.join(" ")}) ;;`;
  });
  const fn = functionName(name);
  return `#compdef ${name}
${fn}() {
  local path_so_far word
  local -a completed
  path_so_far=''
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "\${path_so_far:+$path_so_far }$word" in
      ${pathsPattern(table)}) path_so_far="\${path_so_far:+$path_so_far }$word" ;;
    esac
  done
  case "$path_so_far" in
${cases.join("\n").replaceAll("words=(", "completed=(")}
  esac
  _describe 'command' completed || _files
}
if [ "$funcstack[1]" = ${quoted(fn)} ]; then ${fn} "$@"; else compdef ${fn} ${name}; fi`;
}

function fish(cmd: AnyCommand, name: string): string {
  const lines = [...wordsByPath(cmd)].flatMap(([path, words]) => {
    const seen = path === "" ? "__fish_use_subcommand" : path.split(" ")
      .map((part) => `__fish_seen_subcommand_from ${part}`).join("; and ");
    return words.map(({ word, description }) => {
      const what = word.startsWith("--")
        ? `-l ${word.slice(2)}`
        : word.startsWith("-")
        ? `-s ${word.slice(1)}`
        : `-f -a ${word}`;
      return `complete -c ${name} -n ${quoted(seen)} ${what} -d ${quoted(description)}`;
    });
  });
  return [`# fish completion for ${name}`, ...lines].join("\n");
}

function pathsPattern(table: ReadonlyMap<string, Word[]>): string {
  const paths = [...table.keys()].filter((path) => path !== "");
  return paths.length === 0 ? "''" : paths.map(quoted).join("|");
}
