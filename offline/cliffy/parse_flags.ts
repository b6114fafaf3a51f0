import { flagOf } from "./definition.ts";
import { didYouMean, ValidationError } from "./errors.ts";
import type { Argument, Fields, Option } from "./types.ts";

/** What was read of a command line so far; a sub-command goes on where its parent stopped. */
export interface ParseState {
  /** Words not yet read. */
  words: string[];
  flags: Fields;
  /** Names of flags that have only their default. */
  defaulted: Set<string>;
  literal: string[];
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
    if (word === "--" && !leading) {
      state.literal.push(...words);
      break;
    }
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
    readOption(state, { option, flag, attached, words, options });
  }
  if (leading) rest.push(...words);
  state.words = rest;
  state.given.push(...given);
  finish(state, options, given);
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
  options: readonly Option[];
}

function readOption(state: ParseState, occurrence: Occurrence): void {
  const { option, flag } = occurrence;
  const key = keyOf(option);
  if (key in state.flags && !option.collect && !state.defaulted.has(key)) {
    const name = flag.replace(/^--no-/, "--");
    throw new ValidationError(`Option "${name}" can only occur once, but was found several times.`);
  }
  const previous = state.defaulted.has(key) ? undefined : state.flags[key];
  state.defaulted.delete(key);
  const value = readValue(occurrence);
  if (option.value !== undefined) state.flags[key] = option.value(value);
  else if (option.collect) state.flags[key] = [...(previous as unknown[] ?? []), value];
  else state.flags[key] = value;
}

function readValue({ option, attached, words, options }: Occurrence): unknown {
  const name = flagOf(option.name);
  const [arg] = option.args;
  if (arg === undefined) {
    if (attached === undefined) return !option.name.startsWith("no-");
    throw new ValidationError(`Option "${name}" doesn't take a value, but got "${attached}".`);
  }
  const label = { label: "Option", name };
  if (arg.optional) {
    if (attached === undefined && !isValue(words[0], options)) return true;
    return parseValue(arg, attached ?? words.shift() ?? "", label);
  }
  const text = attached ?? words.shift();
  if (text === undefined || text === "") {
    throw new ValidationError(`Missing value for option "${name}".`);
  }
  if (!arg.variadic) return parseValue(arg, text, label);
  const values = [parseValue(arg, text, label)];
  while (isValue(words[0], options)) values.push(parseValue(arg, words.shift() ?? "", label));
  return values;
}

function isValue(word: string | undefined, options: readonly Option[]): boolean {
  return word !== undefined && !isFlag(word) && findOption(options, word) === undefined;
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

/** Defaults, and what must or must not stand together. */
function finish(state: ParseState, options: readonly Option[], given: readonly Option[]): void {
  for (const option of options) {
    const key = keyOf(option);
    if (key in state.flags) continue;
    const negated = option.name.startsWith("no-") && !options.some((other) => other.name === key);
    if (option.default === undefined && !negated) continue;
    state.flags[key] = option.default ?? true;
    state.defaulted.add(key);
  }
  const alone = given.find((option) => option.instead);
  if (alone !== undefined) {
    if (given.every((option) => option === alone)) return;
    throw new ValidationError(
      `Option "${flagOf(alone.name)}" cannot be combined with other options.`,
    );
  }
  const has = (name: string) =>
    options.some((option) => option.name === name && isGiven(state, option));
  for (const option of options) {
    if (option.required && !isGiven(state, option)) {
      throw new ValidationError(`Missing required option "${flagOf(option.name)}".`);
    }
    if (!isGiven(state, option)) continue;
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

function isGiven(state: ParseState, option: Option): boolean {
  const key = keyOf(option);
  return key in state.flags && !state.defaulted.has(key);
}

function keyOf(option: Option): string {
  return option.name.replace(/^no-/, "").replace(/-([a-z])/g, (_, letter) => letter.toUpperCase());
}
