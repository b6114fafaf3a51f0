/** Stand-in for the part of `@std/cli` that agent-core uses, over Deno's own API. */
import { eastAsianWidth } from "get-east-asian-width";

/** How {@linkcode promptSecret} shows what is typed. */
export interface PromptSecretOptions {
  /** What is shown for each byte; "" shows nothing. Default: "*". */
  mask?: string;
  /** Wipes the line afterwards. Default: false. */
  clear?: boolean;
}

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const BACKSPACES = [8, 127];

/** Asks on standard output and reads a line without echo. Null without a terminal. */
export function promptSecret(
  message = "Secret",
  { mask = "*", clear = false }: PromptSecretOptions = {},
): string | null {
  if (!Deno.stdin.isTerminal()) return null;
  const prompt = message.length > 0 ? message + " " : "";
  write(prompt);
  Deno.stdin.setRaw(true, { cbreak: Deno.build.os !== "windows" });
  try {
    return readSecret((count) => write(`\r\x1b[K${prompt}${mask.repeat(count)}`));
  } finally {
    write(clear ? "\r\x1b[K" : "\n");
    Deno.stdin.setRaw(false);
  }
}

function readSecret(onChange: (count: number) => void): string {
  const typed: number[] = [];
  const byte = new Uint8Array(1);
  while (true) {
    const read = Deno.stdin.readSync(byte);
    if (read === null || read === 0) break;
    if (byte[0] === LINE_FEED || byte[0] === CARRIAGE_RETURN) break;
    if (BACKSPACES.includes(byte[0])) typed.pop();
    else typed.push(byte[0]);
    onChange(typed.length);
  }
  return new TextDecoder().decode(Uint8Array.from(typed));
}

function write(text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (let sent = 0; sent < bytes.length;) sent += Deno.stdout.writeSync(bytes.subarray(sent));
}

/** The columns that a text takes in a terminal; ANSI codes are counted like other characters. */
export function unicodeWidth(text: string): number {
  let width = 0;
  for (const character of text) {
    if (/[\p{Mn}\p{Me}\p{Cf}\p{Cc}]/u.test(character)) continue;
    width += eastAsianWidth(character.codePointAt(0) ?? 0);
  }
  return width;
}
