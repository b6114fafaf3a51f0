import type { Agent } from "../agent.ts";

const SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT", "SIGBREAK"]
  : ["SIGINT", "SIGTERM", "SIGHUP"];

/** What a shell makes of a process that SIGINT ended: 128 + 2. */
const INTERRUPTED = 130;

/** Calls back on Ctrl+C and whatever else asks a program to end. @returns what ends the listening */
export function onSignals(callback: () => void): () => void {
  for (const signal of SIGNALS) Deno.addSignalListener(signal, callback);
  return () => {
    for (const signal of SIGNALS) Deno.removeSignalListener(signal, callback);
  };
}

/**
 * The first Ctrl+C (or SIGTERM) lets the agent go in peace, the second at once: that is as safe as a
 * crash. @returns what ends the listening
 */
export function endOnSignals(agent: Agent): () => void {
  let asked = false;
  return onSignals(() => {
    if (asked) Deno.exit(INTERRUPTED);
    asked = true;
    agent.end("leave");
  });
}

/** Waits for Ctrl+C. */
export async function untilSignal(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stopListening = onSignals(resolve);
  await promise;
  stopListening();
}
