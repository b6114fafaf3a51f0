import { fromFileUrl } from "@std/path";
import { packageFlags } from "../support/packages.ts";

/** The program as a test starts it: from source, with the flags of this very process. */
const ROOT = fromFileUrl(new URL("../../", import.meta.url));

/** How an agent is started. */
export interface AgentStart {
  /** What runs instead of main.ts: a harness that injects faults. */
  readonly script?: string;
  /** A compiled program to be run instead of any source. */
  readonly program?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Arguments of `run`. */
  readonly args?: readonly string[];
  /** @default {"json"} */
  readonly logFormat?: "json" | "text";
}

/** A line of the agent's log. */
export interface LogLine {
  readonly time: string;
  readonly level: string;
  readonly message: string;
  readonly task?: string;
}

/** An agent in a process of its own. */
export interface AgentProcess {
  readonly pid: number;
  /** Resolves when it takes tasks; rejects with its words when it ends before. */
  readonly ready: Promise<void>;
  readonly exited: Promise<Deno.CommandStatus>;
  /** All that it has logged so far. */
  readonly log: readonly LogLine[];
  /** Everything that it has printed, whatever the form. */
  readonly output: () => string;
  kill(signal: Deno.Signal): void;
  /** SIGTERM, unless it has gone already; SIGKILL when that takes too long. @returns whether it obeyed */
  leave(): Promise<boolean>;
  /** Waits for a line of the log. */
  logged(wanted: (line: LogLine) => boolean, timeoutMs?: number): Promise<LogLine>;
}

/** Flags that make deno find the same packages as this process does. */
export function denoFlags(): string[] {
  return [
    "--quiet",
    "--allow-all",
    "--no-lock",
    // As the compiled program has it (.ci/compile.ts): the memory that a test sees is the product's.
    "--v8-flags=--optimize-for-size",
    ...packageFlags(),
  ];
}

/** Starts `agent-core run` in English with a log of JSON lines. */
export function startAgentProcess(configPath: string, start: AgentStart = {}): AgentProcess {
  const source = ["run", ...denoFlags(), start.script ?? `${ROOT}main.ts`];
  const child = new Deno.Command(start.program ?? Deno.execPath(), {
    args: [
      ...start.program === undefined ? source : [],
      "--config",
      configPath,
      "--lang",
      "en",
      "--log-level",
      "debug",
      "--log-format",
      start.logFormat ?? "json",
      "run",
      ...start.args ?? [],
    ],
    env: { ...start.env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const lines: LogLine[] = [];
  let output = "";
  let wake = Promise.withResolvers<void>();
  let gone = false;
  const read = async (stream: ReadableStream<Uint8Array>) => {
    let rest = "";
    for await (const words of stream.pipeThrough(new TextDecoderStream())) {
      output = (output + words).slice(-1_000_000);
      const parts = (rest + words).split("\n");
      rest = parts.pop()!;
      for (const part of parts) if (part.startsWith("{")) lines.push(JSON.parse(part));
      wake.resolve();
      wake = Promise.withResolvers<void>();
    }
  };
  const reading = Promise.all([read(child.stdout), read(child.stderr)]);
  const exited = child.status.then(async (status) => {
    gone = true;
    await reading;
    wake.resolve();
    return status;
  });
  const logged = async (wanted: (line: LogLine) => boolean, timeoutMs = 60_000) => {
    const deadline = performance.now() + timeoutMs;
    while (true) {
      const next = wake.promise;
      const found = lines.find(wanted);
      if (found) return found;
      const left = deadline - performance.now();
      if (gone || left <= 0) throw new Error(`the agent never logged that; it said:\n${output}`);
      let timer: ReturnType<typeof setTimeout> | undefined;
      const timeout = new Promise<void>((resolve) => timer = setTimeout(resolve, left));
      await Promise.race([next, timeout]);
      clearTimeout(timer);
    }
  };
  const ready = logged((line) => line.message.includes("is up")).then(() => {});
  ready.catch(() => {});
  return {
    pid: child.pid,
    ready,
    exited,
    log: lines,
    output: () => output,
    kill: (signal) => child.kill(signal),
    leave: async () => {
      const send = (signal: Deno.Signal) => gone || child.kill(signal);
      send("SIGTERM");
      let obeyed = true;
      const timer = setTimeout(() => {
        obeyed = false;
        send("SIGKILL");
      }, 15_000);
      await exited;
      clearTimeout(timer);
      return obeyed;
    },
    logged,
  };
}
