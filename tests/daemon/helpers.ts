import { fromFileUrl, join } from "@std/path";
import type { Program } from "../../src/daemon/mod.ts";
import { sleep } from "../../src/util/mod.ts";
import { packageFlags } from "../support/packages.ts";

const top = fromFileUrl(new URL("../../", import.meta.url));

/** How to run a fixture of this folder. */
export function fixture(name: string): Program {
  const script = join(top, "tests/daemon/fixtures", name);
  return {
    command: Deno.execPath(),
    args: ["run", "-A", "--quiet", "--no-lock", ...packageFlags(), script],
  };
}

/** A fresh data folder, removed with what is in it. */
export async function tempFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await Deno.makeTempDir({ prefix: "agent-core-" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

/** The names of what is in a folder, in order. */
export async function namesIn(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder), ({ name }) => name)).sort();
}

/** Waits until `look` gives something, for 20 seconds at most. */
export async function eventually<T>(
  look: () => Promise<T | undefined | false> | T | undefined | false,
): Promise<T> {
  const deadline = performance.now() + 20_000;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    if (performance.now() > deadline) throw new Error("it did not happen within 20 s");
    await sleep(20);
  }
}

/** A fixture that runs as a child of this process until it ends or is disposed (killed). */
export interface Running extends AsyncDisposable {
  readonly pid: number;
  readonly status: Promise<Deno.CommandStatus>;
  /** What it has printed so far. */
  output(): string;
}

/** Starts `small_agent.ts` and waits until it has the lock. */
export async function startAgent(behaviour: string, dataDir: string): Promise<Running> {
  const { command, args } = fixture("small_agent.ts");
  const child = new Deno.Command(command, {
    args: [...args, behaviour, dataDir],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let text = "";
  const reading = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of child.stdout) text += decoder.decode(chunk, { stream: true });
  })();
  const running = {
    pid: child.pid,
    status: child.status,
    output: () => text,
    async [Symbol.asyncDispose]() {
      try {
        child.kill("SIGKILL");
      } catch { /* It has ended. */ }
      await child.status;
      await reading;
    },
  };
  await eventually(() => text.includes("locked by") && text.includes("detached"));
  return running;
}

/** For tests that look at /proc, or at what only systemd's machines have. */
export const linux = { ignore: Deno.build.os !== "linux" };
/** For tests that look at modes and signals, or use a shell. */
export const unix = { ignore: Deno.build.os === "windows" };

/** For tests that ask another program for its opinion, where it is installed. */
export function where(command: string): { readonly ignore: boolean } {
  let there = true;
  try {
    new Deno.Command(command, { args: ["--version"], stdout: "null", stderr: "null" }).outputSync();
  } catch {
    there = false;
  }
  return { ignore: !there };
}
