import { type AST, getStaticTOMLValue, type ParseError } from "toml-eslint-parser";
import { configText } from "../i18n/mod.ts";
import { shown, shownKey } from "./shown.ts";
import type { TomlProblem, TomlTable } from "./toml.ts";
import {
  explainFault,
  explainTwice,
  isUnterminated,
  namesIn,
  TWICE,
  UNTERMINATED_ARRAY,
} from "./toml_fault.ts";
import { findTooDeep, MAX_DEPTH } from "./toml_nesting.ts";
import { parseSyntax } from "./toml_syntax.ts";
import { findPlaces, namesOf } from "./toml_places.ts";

const MAX_PROBLEMS = 50;
/** Characters that are parsed again and again to find one place: in a configuration, every line. */
const MAX_PARSED = 5_000_000;
/** A line on which brackets or quotes begin that may reach over several. */
const OPENING = /=.*(?:[[{]|"""|''')/;

/**
 * Reads any TOML text with all its places: what it says, or what is wrong with it. After a problem it
 * goes on with the next line, to find them all. What is there twice is looked for once the rest is fine.
 */
export function examineToml(text: string): { values: TomlTable } | { problems: TomlProblem[] } {
  const deep = findTooDeep(text);
  if (deep !== undefined) {
    const words = configText.tooDeep({ limit: MAX_DEPTH });
    return { problems: [{ text: words, line: lineOf(text, deep) }] };
  }
  const problems = findSyntaxErrors(text);
  // Only some parsers take a carriage return alone for a blank.
  const loneReturn = text.search(/\r(?!\n)/);
  if (loneReturn >= 0) {
    problems.push({ text: configText.controlCharacter, line: lineOf(text, loneReturn) });
  }
  if (problems.length > 0) return { problems: problems.toSorted((a, b) => a.line - b.line) };
  const { twice, program } = findTwice(text);
  if (program) twice.push(...findLargeIntegers(program, text));
  if (twice.length > 0) return { problems: twice.toSorted((a, b) => a.line - b.line) };
  return program ? { values: getStaticTOMLValue(program) } : { problems };
}

function findSyntaxErrors(text: string): TomlProblem[] {
  const problems: TomlProblem[] = [];
  for (let known = 0; known < text.length && problems.length < MAX_PROBLEMS;) {
    const parsed = parseSyntax(text.slice(known));
    if (!("error" in parsed)) break;
    const { error } = parsed;
    const index = known + error.index;
    const start = statementStart(text, known, index);
    const end = lineEnd(text, start);
    if (error.message === TWICE) {
      // A section that is there twice hides what is wrong below it, a key only what is there twice.
      if (text[start + text.slice(start).search(/[^ \t]/)] !== "[") break;
      known = end + 1;
      continue;
    }
    const line = text.slice(start, end);
    const section = sectionAt(text, start);
    const isOpen = index > end && OPENING.test(line);
    // Where the line alone is wrong, that says it best: the error may be noticed lines below.
    const alone = isOpen ? undefined : syntaxErrorOf(line);
    const fault = alone
      ? { statement: line, section, index: alone.index, message: alone.message }
      : { statement: text.slice(start), section, index: index - start, message: error.message };
    if (isOpen && text.slice(index).trim() === "" && !isUnterminated(fault)) {
      fault.message = UNTERMINATED_ARRAY;
    }
    const isAtStart = !isOpen || isUnterminated(fault);
    const place = lineOf(text, isAtStart ? start : index);
    problems.push({ text: explainFault(fault), line: place });
    // What stands in brackets or quotes over several lines cannot be told from what follows it.
    if (isOpen) break;
    known = end + 1;
  }
  return problems;
}

/** The first error of the syntax; that something is there twice is none. */
function syntaxErrorOf(text: string): ParseError | undefined {
  const parsed = parseSyntax(text);
  return "error" in parsed && parsed.error.message !== TWICE ? parsed.error : undefined;
}

/**
 * Where the line begins on which the key or section of an error begins: the last one with nothing wrong
 * between it and `known`. The error itself may be noticed lines below, at the end of the text even.
 */
function statementStart(text: string, known: number, index: number): number {
  const isBlank = (start: number) => /^\s*$/.test(text.slice(start, lineEnd(text, start)));
  let start = lineStart(text, Math.min(index, text.length));
  for (let left = MAX_PARSED; start > known && left > 0; left -= start - known) {
    if (!isBlank(start) && !syntaxErrorOf(text.slice(known, start))) break;
    start = lineStart(text, start - 1);
  }
  return Math.max(start, known);
}

/** The end of the last line of what begins at `start`, in a text without errors. */
function statementEnd(text: string, start: number): number {
  let end = lineEnd(text, start);
  while (end < text.length && syntaxErrorOf(text.slice(start, end))) end = lineEnd(text, end + 1);
  return end;
}

/** All keys and sections that are there twice, and what is left without them. */
function findTwice(text: string): { twice: TomlProblem[]; program?: AST.TOMLProgram } {
  const twice: TomlProblem[] = [];
  let rest = text;
  for (let left = MAX_PARSED; twice.length < MAX_PROBLEMS && left > 0; left -= text.length) {
    const parsed = parseSyntax(rest);
    if ("program" in parsed) return { twice, program: parsed.program };
    const { index, message } = parsed.error;
    const start = statementStart(text, 0, index);
    const end = statementEnd(text, start);
    const section = sectionAt(text, start);
    const fault = { statement: text.slice(start), section, index: index - start, message };
    const words = explainTwice(fault, findPlaces(rest.slice(0, start)));
    twice.push({ text: words, line: lineOf(text, start) });
    const blank = rest.slice(start, end).replaceAll(/[^\n]/g, " ");
    rest = rest.slice(0, start) + blank + rest.slice(end);
  }
  return { twice };
}

/** The section of the line that begins at `start`. */
function sectionAt(text: string, start: number): string[] {
  for (let at = start; at > 0;) {
    at = lineStart(text, at - 1);
    const line = text.slice(at, lineEnd(text, at));
    const names = /^[ \t]*\[/.test(line) ? namesIn(line) : undefined;
    if (names) return names;
  }
  return [];
}

/** Whole numbers that a number of JavaScript cannot hold: `@std/toml` rounds them in silence. */
function findLargeIntegers({ body: [top] }: AST.TOMLProgram, text: string): TomlProblem[] {
  const problems: TomlProblem[] = [];
  const look = (key: readonly string[], node: AST.TOMLContentNode) => {
    if (node.type === "TOMLArray") { for (const element of node.elements) look(key, element); }
    else if (node.type === "TOMLInlineTable") { for (const pair of node.body) lookIn(key, pair); }
    else if (node.kind === "integer" && !Number.isSafeInteger(node.value)) {
      const found = shown(key, text.slice(...node.range));
      const words = configText.integerTooLarge({ key: shownKey(key), found });
      problems.push({ text: words, line: node.loc.start.line });
    }
  };
  const lookIn = (above: readonly string[], { key, value }: AST.TOMLKeyValue) =>
    look([...above, ...namesOf(key)], value);
  for (const node of top.body) {
    if (node.type === "TOMLKeyValue") lookIn([], node);
    else for (const pair of node.body) lookIn(namesOf(node.key), pair);
  }
  return problems;
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

function lineStart(text: string, offset: number): number {
  return offset <= 0 ? 0 : text.lastIndexOf("\n", offset - 1) + 1;
}

function lineEnd(text: string, offset: number): number {
  const end = text.indexOf("\n", offset);
  return end < 0 ? text.length : end;
}
