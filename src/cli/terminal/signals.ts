import type { Agent } from "../../agent.ts";
import { isStopMarked } from "../../daemon/mod.ts";

/** What a shell makes of a process that a signal ended: 128 + its number (signal(7); Windows: signal.h). */
const CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143, SIGBREAK: 149 } as const;

/** A signal that asks a program to end. */
export type EndSignal = keyof typeof CODES;

const SIGNALS: readonly EndSignal[] = Deno.build.os === "windows"
  ? ["SIGINT", "SIGBREAK"]
  : ["SIGINT", "SIGTERM", "SIGHUP"];

/** Calls back on Ctrl+C and whatever else asks a program to end. @returns what ends the listening */
export function onSignals(callback: (signal: EndSignal) => void): () => void {
  const listeners = SIGNALS.map((signal) => [signal, () => callback(signal)] as const);
  for (const [signal, listener] of listeners) Deno.addSignalListener(signal, listener);
  return () => {
    for (const [signal, listener] of listeners) Deno.removeSignalListener(signal, listener);
  };
}

/** An agent that listens to signals, until it is disposed. */
export interface Listening extends Disposable {
  /** What the program has to end with: 0 unless a signal that nobody here sent ended the agent. */
  exitCode(): number;
}

/** Of which agent. */
export interface ListeningOptions {
  readonly agent: Agent;
  readonly dataDir: string;
  /** A service manager looks at how it ends: there nobody sits who could press Ctrl+C. */
  readonly isService: boolean;
}

/**
 * The first Ctrl+C, SIGTERM or SIGHUP lets the agent go in peace, the second at once: that is as safe as
 * a crash. Ctrl+C and `agent-core stop` are somebody's wish and no failure; any other signal is told as
 * shells do (143, 129), so that a service manager starts the agent anew.
 */
export function endOnSignals({ agent, dataDir, isService }: ListeningOptions): Listening {
  let code = 0;
  let asked = false;
  const stopListening = onSignals((signal) => {
    if (asked) Deno.exit(CODES[signal]);
    asked = true;
    const isWish = agent.isEnding() || isStopMarked(dataDir) ||
      !isService && (signal === "SIGINT" || signal === "SIGBREAK");
    if (!isWish) code = CODES[signal];
    agent.end("leave");
  });
  return { exitCode: () => code, [Symbol.dispose]: stopListening };
}

/** Waits for Ctrl+C. */
export async function untilSignal(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stopListening = onSignals(() => resolve());
  await promise;
  stopListening();
}
