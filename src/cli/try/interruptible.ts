import { onSignals, SIGNAL_CODES } from "../terminal/signals.ts";

/** A signal that Ctrl+C aborts; a second one ends the program at once. */
export interface Interruption extends Disposable {
  readonly signal: AbortSignal;
  readonly exitCode: number;
}

/** Listens to Ctrl+C (and SIGTERM) until it is disposed. */
export function interruptible(onInterrupt: () => void): Interruption {
  const controller = new AbortController();
  const stopListening = onSignals(() => {
    if (controller.signal.aborted) Deno.exit(SIGNAL_CODES.SIGINT);
    onInterrupt();
    controller.abort();
  });
  return {
    signal: controller.signal,
    exitCode: SIGNAL_CODES.SIGINT,
    [Symbol.dispose]: stopListening,
  };
}
