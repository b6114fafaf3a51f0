import type { Described } from "./help.ts";

/** Whether a command line asks for help, wherever the flag stands before `--`. */
export function asksForHelp(args: readonly string[]): boolean {
  return has(args, "--help", "-h");
}

/** Whether all of the help is asked for, and not only the first line of each description. */
export function isLongHelp(args: readonly string[]): boolean {
  return has(args, "--help");
}

/** Whether a command line asks for the version; help comes first. */
export function asksForVersion(args: readonly string[]): boolean {
  return has(args, "--version", "-V") && !asksForHelp(args);
}

/** The command that a command line names, or the words of one that is not there. */
export type Named = { readonly command: Described } | { readonly unknown: readonly string[] };

/** Finds the command that a command line names, past all options and their values. */
export function commandNamed(root: Described, args: readonly string[]): Named {
  let command = root;
  const path: string[] = [];
  const words = beforeLiteral(args);
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (word.startsWith("-")) {
      if (takesNext(command, word)) at++;
      continue;
    }
    const children = command.getCommands();
    if (children.length === 0) break;
    const child = children.find((child) => child.getName() === word);
    if (child !== undefined) {
      command = child;
      path.push(word);
    } else if (command.getArgsDefinition()) break;
    else return { unknown: [...path, word] };
  }
  return { command };
}

function takesNext(command: Described, word: string): boolean {
  const option = command.getOptions().find(({ flags }) => flags.includes(word));
  return option?.typeDefinition?.startsWith("<") ?? false;
}

function has(args: readonly string[], ...flags: readonly string[]): boolean {
  return beforeLiteral(args).some((word) => flags.includes(word));
}

function beforeLiteral(args: readonly string[]): readonly string[] {
  const end = args.indexOf("--");
  return end < 0 ? args : args.slice(0, end);
}
