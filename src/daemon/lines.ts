import { joined } from "../util/mod.ts";
import type { Connection } from "./connection.ts";

/** The other side sent more than it may. */
export class LineTooLong extends Error {
  override readonly name = "LineTooLong";
}

/**
 * Reads one line of UTF-8, without its line end. What comes after it is ignored.
 *
 * @throws {LineTooLong} when there is no line end within `maxBytes`.
 * @throws when the connection ends or breaks before the line does.
 */
export async function readLine(connection: Connection, maxBytes: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const chunk = await connection.read();
    if (chunk === null) throw new Error("the connection ended early");
    const end = chunk.indexOf(10);
    const part = end === -1 ? chunk : chunk.subarray(0, end);
    size += part.length;
    if (size > maxBytes) throw new LineTooLong(`over ${maxBytes} bytes`);
    parts.push(part);
    if (end !== -1) return new TextDecoder().decode(joined(parts));
  }
}

/** Sends a value as a line of JSON. */
export async function writeLine(connection: Connection, value: unknown): Promise<void> {
  await connection.write(new TextEncoder().encode(JSON.stringify(value) + "\n"));
}
