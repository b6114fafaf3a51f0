import type { Agent } from "../../agent/mod.ts";
import { isStopMarked } from "../../daemon/mod.ts";
import { onSignals, SIGNAL_CODES } from "../terminal/signals.ts";

/** What {@linkcode endOnSignals} ends, and for whom. */
export interface ListeningOptions {
  readonly agent: Agent;
  readonly dataDir: string;
  /** Whether a service manager started it: there a SIGINT is nobody's Ctrl+C. */
  readonly isService: boolean;
}

/**
 * The first Ctrl+C, SIGTERM or SIGHUP lets the agent go in peace, the second at once: that is as safe as
 * a crash. Ctrl+C and `agent-core stop` are somebody's wish and no failure; any other signal is told as
 * shells do (143, 129), so that a service manager starts the agent anew.
 *
 * @returns what the program has to end with, and what ends the listening
 */
export function endOnSignals({ agent, dataDir, isService }: ListeningOptions) {
  let code = 0;
  let asked = false;
  const stopListening = onSignals((signal) => {
    if (asked) Deno.exit(SIGNAL_CODES[signal]);
    asked = true;
    const isWish = agent.isEnding() || isStopMarked(dataDir) ||
      !isService && (signal === "SIGINT" || signal === "SIGBREAK");
    if (!isWish) code = SIGNAL_CODES[signal];
    agent.end("leave");
  });
  return { exitCode: () => code, [Symbol.dispose]: stopListening };
}
