import type { Text } from "../i18n/mod.ts";
import { abortable, type Clock, SYSTEM_CLOCK } from "../util/mod.ts";
import type { ServerErrorKind } from "./server_error.ts";

/** Why the Server cannot be worked with at present. Times are milliseconds since 1970. */
export interface Trouble {
  readonly kind: ServerErrorKind;
  readonly text: Text;
  readonly since: number;
}

/**
 * Whether the Server answers. Only the regular calls (heartbeat and poll) decide: they are made all
 * the time, while one upload may be unlucky for ever with a Server that is otherwise well.
 */
export interface Connectivity {
  /** Undefined while the regular calls succeed. */
  readonly trouble: Trouble | undefined;
  /** The last failure of any call, also one that is over. */
  readonly lastError: { readonly text: Text; readonly at: number } | undefined;
  /** How many calls of any kind have met an outage: behind each the Server can have become another. */
  readonly outages: number;
  /** Resolves when the present trouble, or else the next one, is over; rejects by the signal. */
  back(signal: AbortSignal): Promise<void>;
  /** Calls back when trouble begins (with it) and when it is over. @returns what ends that */
  onChange(listener: (trouble: Trouble | undefined) => void): () => void;
  /** A call was answered by the Server. */
  succeeded(regular: boolean): void;
  /** A call failed. */
  failed(error: { readonly kind: ServerErrorKind; readonly text: Text }, regular: boolean): void;
}

/** Starts with no trouble known. */
export function createConnectivity(clock: Clock = SYSTEM_CLOCK): Connectivity {
  let trouble: Trouble | undefined;
  let lastError: Connectivity["lastError"];
  let outages = 0;
  const listeners = new Set<(trouble: Trouble | undefined) => void>();
  const tell = () => {
    for (const listener of [...listeners]) listener(trouble);
  };
  const onChange: Connectivity["onChange"] = (listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  return {
    get trouble() {
      return trouble;
    },
    get lastError() {
      return lastError;
    },
    get outages() {
      return outages;
    },
    onChange,
    succeeded(regular) {
      if (!regular || !trouble) return;
      trouble = undefined;
      tell();
    },
    failed({ kind, text }, regular) {
      lastError = { text, at: clock.wall() };
      if (kind === "outage") outages++;
      if (!regular || trouble?.kind === kind) return;
      trouble = { kind, text, since: trouble?.since ?? clock.wall() };
      tell();
    },
    async back(signal) {
      signal.throwIfAborted();
      const { promise, resolve } = Promise.withResolvers<void>();
      const stopListening = onChange((state) => {
        if (!state) resolve();
      });
      await abortable(promise, signal).finally(stopListening);
    },
  };
}
