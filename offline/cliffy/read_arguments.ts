import type { AnyCommand } from "./any_command.ts";
import { didYouMean, ValidationError } from "./errors.ts";
import { parseValue } from "./parse_flags.ts";

/** Makes the arguments of a command's action of the words that belong to no option. */
export function readArguments(cmd: AnyCommand, words: readonly string[]): unknown[] {
  const defined = cmd.getArguments();
  if (defined.length === 0 && words.length > 0) throw unexpected(cmd, words[0]);
  const required = defined.filter((argument) => !argument.optional);
  if (words.length === 0 && required.length > 0) {
    const names = required.map((argument) => argument.name);
    throw new ValidationError(`Missing argument(s): ${names.join(", ")}`);
  }
  const rest = words.slice();
  const values: unknown[] = [];
  for (const argument of defined) {
    const word = rest.shift();
    if (word === undefined && !argument.optional) {
      throw new ValidationError(`Missing argument: ${argument.name}`);
    }
    const label = { label: "Argument", name: argument.name };
    if (word !== undefined) values.push(parseValue(argument, word, label));
  }
  if (rest.length > 0) throw new ValidationError(`Too many arguments: ${rest.join(" ")}`);
  return values;
}

function unexpected(cmd: AnyCommand, word: string): ValidationError {
  const names = cmd.getCommands().map((command) => command.getName());
  if (names.length === 0) {
    return new ValidationError(`No arguments allowed for command "${cmd.getPath()}".`);
  }
  return new ValidationError(`Unknown command "${word}".${didYouMean("command", word, names)}`);
}
