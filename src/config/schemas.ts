import * as posix from "@std/path/posix";
import * as z from "zod/mini";
import { parseBytes } from "./bytes.ts";
import { CAPABILITIES } from "./capabilities.ts";

// deno-lint-ignore no-control-regex
const CONTROL = /[\x00-\x1f\x7f-\x9f]/;

// `status` waits until all of these are made, so there are few, and those that are seldom used are made
// when they are.

/** Text that passes a test: one schema, where a string and its checks would be three. */
function text(fits: (text: string) => boolean) {
  return z.custom<string>((value) => typeof value === "string" && fits(value));
}

/**
 * Makes something of a value; `undefined` from `read` means that it cannot be done. One schema, where a
 * pipe would be three.
 */
function made<I, T>(read: (value: unknown) => T | undefined) {
  return z.transform((value: I, context): T => {
    const result = read(value);
    if (result !== undefined) return result;
    context.issues.push({ code: "custom", input: value });
    return z.NEVER;
  });
}

/** The same for texts. */
function turned<T>(turn: (text: string) => T | undefined) {
  return made<string, T>((value) => typeof value === "string" ? turn(value) : undefined);
}

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
export function size(min: number) {
  return made<string | number, number>((value) => {
    const text = Number.isSafeInteger(value) ? String(value) : value;
    const count = typeof text === "string" ? parseBytes(text) : undefined;
    return count !== undefined && count >= min ? count : undefined;
  });
}

/** A number that passes a test. */
function count(fits: (count: number) => boolean) {
  return z.custom<number>((value) => typeof value === "number" && fits(value));
}

/** A whole number within bounds. */
export function integer(min: number, max: number) {
  return count((count) => Number.isSafeInteger(count) && count >= min && count <= max);
}

/** A number within bounds. */
export function number(min: number, max: number) {
  return count((count) => count >= min && count <= max);
}

/** True or false. */
export const boolean = z.boolean();

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

/** A name as Docker takes them for images, with tag or digest. */
export const image = text((text) => /^[\w][\w.:/@+-]*$/.test(text) && text.length <= 512);

const argument = text((text) => !text.includes("\0"));

/** A program alone, or with its arguments. An empty list counts as not set. */
export const command = z.lazy(() =>
  z.union([
    z.pipe(line, z.transform((program) => [program])),
    z.pipe(
      z.array(argument).check(z.refine((list) => list.length === 0 || list[0]!.trim() !== "")),
      z.transform((list) => list.length === 0 ? undefined : list),
    ),
  ])
);

/** Arguments; a text is one of them. */
export const args = z.lazy(() =>
  z.union([z.pipe(argument, z.transform((text) => [text])), z.array(argument)])
);

/** All GPUs, or some by number or id, in a list or in a text with commas. */
export const gpuDevices = z.lazy(() => {
  const number = z.pipe(z.int().check(z.nonnegative()), z.transform(String));
  const id = text((id) => /^[\w.:/-]+$/.test(id));
  const listed = turned((text) => {
    const ids = text.split(",").map((part) => part.trim());
    return ids.every((part) => id.safeParse(part).success) ? ids : undefined;
  });
  const list = z.array(z.union([number, id])).check(z.minLength(1));
  return z.union([z.literal("all"), listed, list]);
});

/** Addresses as docker's own command takes them; ssh is not one that this program can speak. */
export const dockerHost = text((text) =>
  /^(?:unix|npipe):\/\/\S+$|^(?:tcp|https?):\/\/[^\s/@]+\/?$/.test(text)
);

const capability = turned((text) => {
  const name = text.toUpperCase().replace(/^CAP_/, "");
  return CAPABILITIES.includes(name) ? name : undefined;
});

/** Capabilities by name, in any case, with or without `CAP_`. */
export const capabilities = z.pipe(
  z.array(capability),
  z.transform((names) => [...new Set(names)]),
);

/** Networks that keep the container apart from the host's own. */
export const network = text((name) => /^[a-zA-Z0-9][\w.-]*$/.test(name) && name !== "host");

/** As Docker's `--user`. */
export const user = text((text) => /^[\w][\w.-]*(?::[\w][\w.-]*)?$/.test(text));

/** The name of a runtime that the engine knows, or a shim's. */
export const runtime = text((name) => /^[\w][\w./-]*$/.test(name));

/** Numbers of CPUs; the engine knows hundredths. */
export const cpus = count((count) => count === 0 || (count >= 0.01 && count <= 65536));
