import type { OnOutput } from "../../executor/mod.ts";
import type { App } from "../app.ts";

/** Characters of a line without an end that are kept back at most. */
const MAX_HELD = 64 * 1024;

/**
 * Passes on what a container prints, line by line: its stdout to stdout, its stderr to stderr, or all of
 * it to stderr where stdout is for a result. `end` shows what is left of the last lines.
 */
export function passOn(
  app: App,
  { toStderr }: { readonly toStderr: boolean },
): { readonly take: OnOutput; readonly end: () => void } {
  const lines = {
    stdout: createLines(toStderr ? app.say : app.print),
    stderr: createLines(app.say),
  };
  return {
    take: (stream, data) => lines[stream].add(data),
    end() {
      lines.stdout.end();
      lines.stderr.end();
    },
  };
}

function createLines(show: (line: string) => void) {
  const decoder = new TextDecoder();
  let held = "";
  return {
    add(data: Uint8Array): void {
      const parts = (held + decoder.decode(data, { stream: true })).split("\n");
      held = parts.pop() ?? "";
      for (const line of parts) show(line);
      if (held.length <= MAX_HELD) return;
      show(held);
      held = "";
    },
    end(): void {
      held += decoder.decode();
      if (held !== "") show(held);
      held = "";
    },
  };
}
