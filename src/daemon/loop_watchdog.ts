/** What {@linkcode startLoopWatchdog} says, and after how long. */
export interface LoopWatchdogOptions {
  /** Goes to stderr when the loop stands still; a time in it (ISO 8601, UTC) becomes that moment's. */
  readonly line: string;
  /** Seconds of the watchdog's own time. @default {30} */
  readonly limitSecs?: number;
}

/** After this long without a turn the Server has almost given the tasks to somebody else (60 s). */
export const LOOP_LIMIT_SECS = 30;

/**
 * Ends this process when its event loop has made no turn for 30 s: one that stands still, or goes round
 * in microtasks, beats no heart and obeys nobody. It ends by a signal (SIGKILL; on Windows with exit code
 * 1), after which systemd and launchd start it anew; what it had begun is in the journal.
 *
 * A thread of its own looks, for a timer cannot see its own loop blocked. It counts its own ticks, so the
 * time in which the machine sleeps or the process is stopped does not count.
 */
export function startLoopWatchdog(
  { line, limitSecs = LOOP_LIMIT_SECS }: LoopWatchdogOptions,
): Disposable {
  const program = `(${watch})(${JSON.stringify({ line, limitSecs, pid: Deno.pid })})`;
  // A compiled program finds no module behind a blob's address.
  const url = `data:text/javascript,${encodeURIComponent(program)}`;
  const worker = new Worker(url, { type: "module", name: "loop-watchdog" });
  // Without it the agent works on.
  worker.onerror = (event) => event.preventDefault();
  const turn = setInterval(() => worker.postMessage(undefined), 1_000);
  return {
    [Symbol.dispose]() {
      clearInterval(turn);
      worker.terminate();
    },
  };
}

/** Runs in the thread, which gets it as text: it knows nothing of what stands around it here. */
function watch({ line, limitSecs, pid }: { line: string; limitSecs: number; pid: number }): void {
  let ticks = 0;
  addEventListener("message", () => ticks = 0);
  const end = async () => {
    const now = new Date().toISOString();
    const words = line.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/, now);
    // Often it is stderr that the loop waits for: nobody may wait for it here.
    const said = Deno.stderr.write(new TextEncoder().encode(words)).catch(() => {});
    await Promise.race([said, new Promise((resolve) => setTimeout(resolve, 1_000))]);
    Deno.kill(pid, "SIGKILL");
  };
  // No interval: that makes up for the ticks of the time in which the process was stopped.
  const tick = () => {
    if (++ticks >= limitSecs) return void end();
    setTimeout(tick, 1_000);
  };
  setTimeout(tick, 1_000);
}
