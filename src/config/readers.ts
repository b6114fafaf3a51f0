import * as posix from "@std/path/posix";
import { parseBytes } from "./bytes.ts";
import { CAPABILITIES } from "./capabilities.ts";

// deno-lint-ignore no-control-regex
const CONTROL = /[\x00-\x1f\x7f-\x9f]/;

/** Makes of a value what the program uses; undefined when the value does not fit. */
export type Read<T> = (value: unknown) => T | undefined;

// Functions, not schemas of a library: `status` waits until every key is checked.

function text(fits: (text: string) => boolean): Read<string> {
  return (value) => typeof value === "string" && fits(value) ? value : undefined;
}

function turned<T>(turn: (text: string) => T | undefined): Read<T> {
  return (value) => typeof value === "string" ? turn(value) : undefined;
}

function listOf<T>(read: Read<T>): Read<T[]> {
  return (value) => {
    if (!Array.isArray(value)) return undefined;
    const items = value.map(read).filter((item) => item !== undefined);
    return items.length === value.length ? items : undefined;
  };
}

/** Any text. */
export const anyText = text(() => true);

/** Text of one line, not empty. */
export const line = text((text) => text.trim() !== "" && !CONTROL.test(text));

/** What goes into a header of HTTP as it is. */
export const credential = text((text) => /^[\x21-\x7e]+$/.test(text));

/** `http(s)://host[:port][/path]`, without the slashes at its end. */
export const baseUrl = turned((text) => {
  if (!/^https?:\/\/[^/]/i.test(text.trim()) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.username || url.password || /[?#@\\]/.test(text)) return undefined;
  return `${url.origin}${url.pathname}`.replace(/\/+$/, "");
});

/** A number of bytes, as text or plain. */
export function size(min: number): Read<number> {
  return (value) => {
    const text = Number.isSafeInteger(value) ? String(value) : value;
    const count = typeof text === "string" ? parseBytes(text) : undefined;
    return count !== undefined && count >= min ? count : undefined;
  };
}

function count(fits: (count: number) => boolean): Read<number> {
  return (value) => typeof value === "number" && fits(value) ? value : undefined;
}

/** A whole number within bounds. */
export function integer(min: number, max: number): Read<number> {
  return count((count) => Number.isSafeInteger(count) && count >= min && count <= max);
}

/** A number within bounds. */
export function number(min: number, max: number): Read<number> {
  return count((count) => count >= min && count <= max);
}

/** True or false. */
export function boolean(value: unknown): boolean | undefined {
  return typeof value === "boolean" ? value : undefined;
}

/** One of a few words. */
export function oneOf<Word extends string>(...words: readonly Word[]): Read<Word> {
  return (value) => words.find((word) => word === value);
}

/** A list of anything. */
export function list(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

/** An absolute path in the container, without what makes two spellings of one path. */
export const containerPath = turned(normalPath);

/** As {@linkcode containerPath}, but neither the task's own folder nor one above it. */
export const mountPoint = turned((text) => {
  const path = normalPath(text);
  return path === "/" || path === "/workspace" ? undefined : path;
});

function normalPath(text: string): string | undefined {
  if (!text.startsWith("/") || CONTROL.test(text) || text.split("/").includes("..")) {
    return undefined;
  }
  return posix.normalize(text).replace(/^\/+/, "/").replace(/(.)\/$/, "$1");
}

/** A name as Docker takes them for images, with tag, digest or both. */
export const image = text((text) =>
  /^[\w][\w.:/+-]*(?:@(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}))?$/.test(text) &&
  text.length <= 512
);

const argument = text((text) => !text.includes("\0"));
const argumentList = listOf(argument);

/** A program alone, or with its arguments. */
export const command: Read<string[]> = (value) => {
  if (typeof value === "string") return line(value) === undefined ? undefined : [value];
  const words = argumentList(value);
  return words?.[0]?.trim() ? words : undefined;
};

/** Arguments; a text is one of them. */
export const args: Read<string[]> = (value) =>
  argumentList(typeof value === "string" ? [value] : value);

const gpuId = text((id) => /^[\w.:/-]+$/.test(id));
const gpuNumber = integer(0, Number.MAX_SAFE_INTEGER);
const gpuList = listOf((value) => gpuId(value) ?? gpuNumber(value)?.toString());

/** All GPUs, or some by number or id, in a list or in a text with commas. */
export const gpuDevices: Read<"all" | string[]> = (value) => {
  if (value === "all") return value;
  const parts = typeof value === "string" ? value.split(",").map((part) => part.trim()) : value;
  const devices = gpuList(parts);
  return devices?.length ? devices : undefined;
};

/** Addresses as docker's own command takes them; ssh is not one that this program can speak. */
export const dockerHost = text((text) =>
  /^(?:unix|npipe):\/\/\S+$|^(?:tcp|https?):\/\/[^\s/@]+\/?$/.test(text)
);

const capability = turned((text) => {
  const name = text.toUpperCase().replace(/^CAP_/, "");
  return CAPABILITIES.includes(name) ? name : undefined;
});

const capabilityList = listOf(capability);

/** Capabilities by name, in any case, with or without `CAP_`. */
export const capabilities: Read<string[]> = (value) => {
  const names = capabilityList(value);
  return names && [...new Set(names)];
};

/** Networks that keep the container apart from the host's own. */
export const network = text((name) => /^[a-zA-Z0-9][\w.-]*$/.test(name) && name !== "host");

/** As Docker's `--user`. */
export const user = text((text) => /^[\w][\w.-]*(?::[\w][\w.-]*)?$/.test(text));

/** The name of a runtime that the engine knows, or a shim's. */
export const runtime = text((name) => /^[\w][\w./-]*$/.test(name));

/** Numbers of CPUs; the engine knows hundredths. */
export const cpus = count((count) => count === 0 || (count >= 0.01 && count <= 65536));
