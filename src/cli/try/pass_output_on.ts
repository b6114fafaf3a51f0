import { type Engine, EngineError } from "../../docker/mod.ts";
import type { Concealer } from "../../util/mod.ts";
import type { App } from "../app.ts";

/** Characters of a line without an end that are kept back at most. */
const MAX_HELD = 64 * 1024;

/**
 * Passes on what a started container prints, line by line, until it ends: its stdout to stdout, its
 * stderr to stderr, or all of it to stderr where stdout is for a result.
 */
export async function passOutputOn(
  app: App,
  engine: Engine,
  runId: string,
  { toStderr, secrets, signal }: {
    readonly toStderr: boolean;
    readonly secrets: Concealer;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const lines = {
    stdout: createLines(toStderr ? app.say : app.print, secrets),
    stderr: createLines(app.say, secrets),
  };
  try {
    for await (const frame of engine.logs(runId, { follow: true, timestamps: false, signal })) {
      lines[frame.stream].add(frame.data);
    }
  } catch (error) {
    // The whole output is in the log file all the same.
    if (!signal.aborted && !(error instanceof EngineError)) throw error;
  }
  lines.stdout.end();
  lines.stderr.end();
}

function createLines(show: (line: string) => void, secrets: Concealer) {
  const decoder = new TextDecoder();
  const concealed = secrets.stream();
  let held = "";
  return {
    add(data: Uint8Array): void {
      const text = decoder.decode(concealed.push(data), { stream: true });
      const parts = (held + text).split("\n");
      held = parts.pop() ?? "";
      for (const line of parts) show(line);
      if (held.length <= MAX_HELD) return;
      show(held);
      held = "";
    },
    end(): void {
      held += decoder.decode(concealed.end());
      if (held !== "") show(held);
      held = "";
    },
  };
}
