import type { Socket } from "node:net";
import { joined } from "../util/mod.ts";

/** The other side sent more than it may. */
export class LineTooLong extends Error {
  override readonly name = "LineTooLong";
}

/**
 * Reads one line of UTF-8 from a socket, without its line end. What comes after it is ignored.
 *
 * @throws {LineTooLong} when there is no line end within `maxBytes`.
 * @throws when the connection ends or breaks before the line does, or `signal` is aborted.
 */
export function readLine(
  socket: Socket,
  { maxBytes, signal }: { readonly maxBytes: number; readonly signal: AbortSignal },
): Promise<string> {
  return new Promise((resolve, reject) => {
    const parts: Uint8Array[] = [];
    let size = 0;
    const settle = (act: () => void) => {
      socket.off("data", onData);
      socket.off("end", onEnd);
      socket.off("close", onEnd);
      socket.off("error", onError);
      signal.removeEventListener("abort", onAbort);
      act();
    };
    const onData = (chunk: Uint8Array) => {
      const end = chunk.indexOf(10);
      const part = end === -1 ? chunk : chunk.subarray(0, end);
      size += part.length;
      if (size > maxBytes) return settle(() => reject(new LineTooLong(`over ${maxBytes} bytes`)));
      parts.push(part);
      if (end !== -1) settle(() => resolve(new TextDecoder().decode(joined(parts))));
    };
    const onEnd = () => settle(() => reject(new Error("the connection ended early")));
    const onError = (error: Error) => settle(() => reject(error));
    const onAbort = () => settle(() => reject(signal.reason));
    if (signal.aborted) return onAbort();
    signal.addEventListener("abort", onAbort);
    socket.on("data", onData);
    socket.on("end", onEnd);
    socket.on("close", onEnd);
    socket.on("error", onError);
  });
}
