/** What a shell makes of a process that a signal ended: 128 + its number (signal(7); Windows: signal.h). */
export const SIGNAL_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143, SIGBREAK: 149 } as const;

type EndSignal = keyof typeof SIGNAL_CODES;

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

/** Waits for Ctrl+C. */
export async function untilSignal(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stopListening = onSignals(() => resolve());
  await promise;
  stopListening();
}
