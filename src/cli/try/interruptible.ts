import { onSignals } from "../terminal/signals.ts";

/** What a shell makes of a process that SIGINT ended: 128 + 2. */
const INTERRUPTED = 130;

/** A signal that Ctrl+C aborts; a second one ends the program at once. */
export interface Interruption extends Disposable {
  readonly signal: AbortSignal;
  readonly exitCode: number;
}

/** Listens to Ctrl+C (and SIGTERM) until it is disposed. */
export function interruptible(onInterrupt: () => void): Interruption {
  const controller = new AbortController();
  const stopListening = onSignals(() => {
    if (controller.signal.aborted) Deno.exit(INTERRUPTED);
    onInterrupt();
    controller.abort();
  });
  return {
    signal: controller.signal,
    exitCode: INTERRUPTED,
    [Symbol.dispose]: stopListening,
  };
}
