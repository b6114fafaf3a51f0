import { type AST, getStaticTOMLValue, type ParseError } from "toml-eslint-parser";
import { configText } from "../i18n/mod.ts";
import { shown, shownKey } from "./shown.ts";
import type { TomlProblem, TomlTable } from "./toml.ts";
import { explainFault, namesIn, TWICE } from "./toml_fault.ts";
import { findTooDeep, MAX_DEPTH } from "./toml_nesting.ts";
import { parseSyntax } from "./toml_syntax.ts";
import { findPlaces, namesOf } from "./toml_places.ts";

const MAX_PROBLEMS = 50;
/** Lines above an error in which the beginning of its key is looked for. */
const MAX_LINES_ABOVE = 100;

/**
 * Reads any TOML text with all its places: what it says, or what is wrong with it. After a problem it
 * goes on with the next line, to find them all.
 */
export function examineToml(text: string): { values: TomlTable } | { problems: TomlProblem[] } {
  const deep = findTooDeep(text);
  if (deep !== undefined) {
    const words = configText.tooDeep({ limit: MAX_DEPTH });
    return { problems: [{ text: words, line: lineOf(text, deep) }] };
  }
  const parsed = parseSyntax(text);
  const problems = "error" in parsed ? findErrors(text) : findLargeIntegers(parsed.program, text);
  // Only some parsers take a carriage return alone for a blank.
  const loneReturn = text.search(/\r(?!\n)/);
  if (loneReturn >= 0) {
    problems.push({ text: configText.controlCharacter, line: lineOf(text, loneReturn) });
  }
  if (problems.length > 0) return { problems: problems.toSorted((a, b) => a.line - b.line) };
  return "error" in parsed ? { problems } : { values: getStaticTOMLValue(parsed.program) };
}

/** Every error of the syntax, and what is there twice. */
function findErrors(text: string): TomlProblem[] {
  const problems: TomlProblem[] = [];
  for (let rest = text; problems.length < MAX_PROBLEMS;) {
    const parsed = parseSyntax(rest);
    if (!("error" in parsed)) {
      problems.push(...findLargeIntegers(parsed.program, text));
      break;
    }
    const start = statementStart(rest, parsed.error);
    const end = lineEnd(rest, start);
    const line = rest.slice(start, end);
    const section = sectionAt(rest, start);
    const above = findPlaces(rest.slice(0, start));
    // What stands in brackets or quotes over several lines cannot be told from what follows it.
    const isOpen = parsed.error.index > end && /=.*(?:[[{]|"""|''')/.test(line);
    const alone = isOpen ? undefined : parseSyntax(line);
    if (alone && "error" in alone) {
      const { index, message } = alone.error;
      const words = explainFault({ statement: line, index, message, section, above });
      problems.push({ text: words, line: lineOf(rest, start) });
    } else {
      const { index, message } = parsed.error;
      const fault = { statement: rest.slice(start), index: index - start, message, section, above };
      const isAtEnd = message.startsWith("Unterminated") || message === TWICE;
      problems.push({
        text: explainFault(fault),
        line: lineOf(rest, isOpen && !isAtEnd ? index : start),
      });
    }
    if (isOpen || line.trim() === "") break;
    rest = rest.slice(0, start) + " ".repeat(end - start) + rest.slice(end);
  }
  return problems;
}

/**
 * Where the line begins on which the key or section of an error begins: the last one with nothing wrong
 * above it. The error itself may be noticed lines below, at the end of the text even.
 */
function statementStart(text: string, { index }: ParseError): number {
  const isBlank = (start: number) => /^\s*$/.test(text.slice(start, lineEnd(text, start)));
  let start = lineStart(text, Math.min(index, text.length));
  for (let tries = 0; start > 0 && tries < MAX_LINES_ABOVE; tries++) {
    if (!isBlank(start) && isSound(text.slice(0, start))) break;
    start = lineStart(text, start - 1);
  }
  return start;
}

/** Whether a text can be read; that something is there twice is found only when all of it can be. */
function isSound(text: string): boolean {
  const parsed = parseSyntax(text);
  return !("error" in parsed) || parsed.error.message === TWICE;
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
