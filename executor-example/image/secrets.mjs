import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Failed } from "./failures.mjs";

/** What stands where a key stood. */
const MARK = "***";
/** Shorter values are words of the language rather than secrets, characters. */
const SHORTEST = 4;
/** What stands in guides where the key is to be. */
const PLACEHOLDER = /^(sk-)?(\.{2,}|x{3,}|<.*>|(your|my)[-_]?(api[-_]?)?key)$/i;

/**
 * The key of the mounted file; undefined without a file. A provider gets it in a header, so it is one line of
 * printable ASCII: whatever else is in the file would be sent along, and come back in an error's text.
 */
export function readKey(path) {
  if (!existsSync(path)) return undefined;
  assertReadable(path);
  const key = readFileSync(path, "utf8").trim();
  assertUsable(key, path);
  return key;
}

/** Checks a key as it is written down, in a file or as a string of auth.json. */
export function assertUsable(key, path) {
  const fault = faultOf(key);
  if (fault !== undefined) throw new Failed(fault, { path, lines: key.split("\n").length });
}

function faultOf(key) {
  if (key === "") return "keyEmpty";
  if (/[\r\n]/.test(key)) return "keyLines";
  if (PLACEHOLDER.test(key.replace("…", "..."))) return "keyPlaceholder";
  return /^[\x21-\x7e]+$/.test(key) ? undefined : "keySigns";
}

/** The owner of the machine may have kept the key from the container's user as well. */
function assertReadable(path) {
  try {
    accessSync(path, constants.R_OK);
  } catch {
    throw new Failed("keyUnreadable", { path, user: process.getuid() });
  }
}

/** A function that puts a mark in place of every secret of the mount, whatever text it stands in. */
export function concealer(mounted) {
  const values = secretValues(mounted);
  if (values.length === 0) return String;
  // A longer one first: another may be a part of it.
  const either = values.toSorted((a, b) => b.length - a.length).map(escape).join("|");
  const pattern = new RegExp(either, "g");
  return (text) => text.replace(pattern, MARK);
}

function secretValues(mounted) {
  const lines = readText(join(mounted, "api_key")).split(/\r?\n/).map((line) => line.trim());
  const values = [...lines, ...strings(parse(readText(join(mounted, "auth.json"))))]
    .filter((value) => value.length >= SHORTEST);
  return [...new Set(values.flatMap(spellings))];
}

/** A value as it is, within JSON, and within an address. */
function spellings(value) {
  return [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)];
}

/** All strings that are values, but for the words that say of what kind an entry is. */
function strings(value, name) {
  if (typeof value === "string") return name === "type" ? [] : [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => strings(inner, name));
}

function readText(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function escape(text) {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
