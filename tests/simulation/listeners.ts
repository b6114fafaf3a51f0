import { put } from "./globals.ts";

/** More than a scheduler at work has on any of its signals. */
const MOST = 300;

/** Listeners of a signal that lives. */
const listening = new WeakMap<AbortSignal, Set<unknown>>();
let most = 0;

/** Counts who listens to a signal: what is forgotten there makes a process grow for as long as it lives. */
export function installListeners(): void {
  const { addEventListener, removeEventListener } = AbortSignal.prototype;
  put(
    AbortSignal.prototype,
    "addEventListener",
    function (this: AbortSignal, ...args: [string, EventListener]) {
      if (!this.aborted) {
        const listeners = listening.get(this) ?? new Set();
        listening.set(this, listeners.add(args[1]));
        most = Math.max(most, listeners.size);
      }
      addEventListener.apply(this, args);
    },
  );
  put(
    AbortSignal.prototype,
    "removeEventListener",
    function (this: AbortSignal, ...args: [string, EventListener]) {
      listening.get(this)?.delete(args[1]);
      removeEventListener.apply(this, args);
    },
  );
}

/** How many listeners one signal had at most since this was asked last, if those were too many. */
export function tooManyListeners(): number | undefined {
  const found = most;
  most = 0;
  return found > MOST ? found : undefined;
}
