import { flagOf } from "./definition.ts";
import { didYouMean, ValidationError } from "./errors.ts";
import type { Argument, Fields, Option } from "./types.ts";

/** What was read of a command line so far; a sub-command goes on where its parent stopped. */
export interface ParseState {
  /** Words not yet read. */
  words: string[];
  flags: Fields;
  /** The options given, in order. */
  given: Option[];
}

/** What {@linkcode parseFlags} is to read. */
export interface ParseFlagsOptions {
  options: readonly Option[];
  /** Stop at the first word that is none of these options, leaving it in `words`. */
  leading?: boolean;
}

/** Reads the options out of `state.words`; words that belong to no option stay there. */
export function parseFlags(
  state: ParseState,
  { options, leading = false }: ParseFlagsOptions,
): void {
  const words = state.words.slice();
  const rest: string[] = [];
  const given: Option[] = [];
  while (words.length > 0) {
    const word = words.shift() ?? "";
    if (word === "--" && !leading) break;
    if (!isFlag(word)) {
      rest.push(word);
      if (leading) break;
      continue;
    }
    const [flag, attached] = splitWord(word, words);
    const option = findOption(options, flag);
    if (option === undefined) {
      if (!leading) throw unknownOption(flag, options);
      rest.push(word);
      break;
    }
    given.push(option);
    readOption(state, { option, flag, attached, words });
  }
  if (leading) rest.push(...words);
  state.words = rest;
  state.given.push(...given);
  checkTogether(options, given);
}

function isFlag(word: string): boolean {
  return word.length > 1 && word.startsWith("-");
}

/** "--a=b" → "--a" and "b"; "-abc" → "-a", with "-b" and "-c" put back before the other words. */
function splitWord(word: string, words: string[]): [flag: string, attached: string | undefined] {
  const equals = word.indexOf("=");
  const flag = equals < 0 ? word : word.slice(0, equals);
  const attached = equals < 0 ? undefined : word.slice(equals + 1);
  if (flag.startsWith("--") || flag.length === 2) return [flag, attached];
  const [first, ...others] = Array.from(flag.slice(1), (letter) => `-${letter}`);
  if (attached !== undefined) others[others.length - 1] += `=${attached}`;
  words.unshift(...others);
  return [first, undefined];
}

function findOption(options: readonly Option[], flag: string): Option | undefined {
  return options.find((option) => option.flags.includes(flag));
}

function unknownOption(flag: string, options: readonly Option[]): ValidationError {
  const names = options.flatMap((option) => option.flags);
  return new ValidationError(`Unknown option "${flag}".${didYouMean("option", flag, names)}`);
}

interface Occurrence {
  option: Option;
  flag: string;
  attached: string | undefined;
  words: string[];
}

function readOption(state: ParseState, occurrence: Occurrence): void {
  const { option, flag } = occurrence;
  const key = keyOf(option);
  if (key in state.flags && !option.collect) {
    throw new ValidationError(`Option "${flag}" can only occur once, but was found several times.`);
  }
  const previous = state.flags[key];
  const value = readValue(occurrence);
  if (option.value !== undefined) state.flags[key] = option.value(value);
  else if (option.collect) state.flags[key] = [...(previous as unknown[] ?? []), value];
  else state.flags[key] = value;
}

function readValue({ option, attached, words }: Occurrence): unknown {
  const name = flagOf(option.name);
  const [arg] = option.args;
  if (arg === undefined) {
    if (attached === undefined) return true;
    throw new ValidationError(`Option "${name}" doesn't take a value, but got "${attached}".`);
  }
  const text = attached ?? words.shift();
  if (text === undefined || text === "") {
    throw new ValidationError(`Missing value for option "${name}".`);
  }
  return parseValue(arg, text, { label: "Option", name });
}

/** Makes of a word what its definition says. */
export function parseValue(
  { type }: Argument,
  text: string,
  { label, name }: { label: string; name: string },
): unknown {
  const wrong = () =>
    new ValidationError(`${label} "${name}" must be of type "${type}", but got "${text}".`);
  switch (type) {
    case "number":
      if (text.trim() === "" || !Number.isFinite(Number(text))) throw wrong();
      return Number(text);
    case "integer":
      if (!/^-?\d+$/.test(text)) throw wrong();
      return Number(text);
    case "string":
    case "file":
      return text;
    default:
      throw new Error(`Unknown type "${type}".`);
  }
}

/** What must or must not stand together. */
function checkTogether(options: readonly Option[], given: readonly Option[]): void {
  const alone = given.find((option) => option.instead);
  if (alone !== undefined) {
    if (given.every((option) => option === alone)) return;
    throw new ValidationError(
      `Option "${flagOf(alone.name)}" cannot be combined with other options.`,
    );
  }
  const has = (name: string) => given.some((option) => option.name === name);
  for (const option of options.filter((option) => given.includes(option))) {
    for (const name of (option.conflicts ?? []).filter(has)) {
      throw new ValidationError(
        `Option "${flagOf(option.name)}" conflicts with option "${flagOf(name)}".`,
      );
    }
    for (const name of (option.depends ?? []).filter((name) => !has(name))) {
      throw new ValidationError(
        `Option "${flagOf(option.name)}" depends on option "${flagOf(name)}".`,
      );
    }
  }
}

function keyOf(option: Option): string {
  return option.name.replace(/-([a-z])/g, (_, letter) => letter.toUpperCase());
}
