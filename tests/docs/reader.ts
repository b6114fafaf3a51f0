import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { createServer } from "node:net";
import { fromFileUrl, join } from "@std/path";
import { ConfigMissing, editConfig, loadConfig, type Setting } from "../../src/config/mod.ts";
import { sleep } from "../../src/util/mod.ts";
import { type Block, ROOT } from "./markdown.ts";

/** The file that a release has for this system. */
export const DOWNLOAD = "agent-core-x86_64-unknown-linux-gnu";
/** The port that the README uses; the test uses a free one. */
const PORT = /\b8080\b/g;
const TIME_LIMIT_MS = 120_000;
/** A terminal that follows the pages, block after block, as somebody does who reads them in order. */
export class Reader implements AsyncDisposable {
  readonly #home: string;
  readonly #port: number;
  readonly #background: ChildProcess[] = [];
  readonly #variables: Record<string, string> = {};

  private constructor(home: string, port: number) {
    this.#home = home;
    this.#port = port;
  }

  /** A folder with what the README takes for granted: a checkout, and what was downloaded. */
  static async sitDown(): Promise<Reader> {
    const home = await Deno.makeTempDir({ prefix: "agent-core-docs-" });
    for (const name of ["dev", "executor-example"]) {
      await Deno.symlink(fromFileUrl(new URL(name, ROOT)), join(home, name));
    }
    const program = `#!/bin/sh\nexec "${fromFileUrl(new URL("dev", ROOT))}" agent-core "$@"\n`;
    await Deno.writeTextFile(join(home, DOWNLOAD), program);
    const sum = createHash("sha256").update(program).digest("hex");
    const other = `${"0".repeat(64)}  agent-core-aarch64-apple-darwin\n`;
    await Deno.writeTextFile(join(home, "SHA256SUMS"), `${other}${sum}  ${DOWNLOAD}\n`);
    return new Reader(home, await freePort());
  }

  /** Does what a block says. @returns what its commands print, if they are run and end */
  async follow(block: Block, where: string): Promise<string | undefined> {
    const { lang, marker = "" } = block;
    if (lang === "toml" && marker === "test: into config.toml") await this.#write(block);
    if (lang !== "sh" || marker.startsWith("not run: ")) return;
    if (marker === "test: in the background") return void await this.#serve(block);
    if (marker === "test: until Ctrl+C") return void await this.#interrupt(block);
    assert.equal(marker, "", `${where}: a marker that is not known`);
    const text = this.#text(block);
    if (/\$TASK\b/.test(text)) await this.#untilEnded();
    const { code, output, stdout } = await this.#run(text);
    assert.equal(code, 0, `${where}:\n${text}\n${output}`);
    if (text.includes("/client/tasks")) this.#variables.TASK = JSON.parse(stdout).id;
    return output;
  }

  /** A new terminal: what was put into ~/.bashrc has an effect. */
  async completes(): Promise<void> {
    const { code, output } = await this.#run("set +u; source ~/.bashrc; complete -p agent-core");
    assert.equal(code, 0, output);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#run("agent-core stop --cancel-tasks || :; docker rmi -f word-counter || :");
    for (const child of this.#background) {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      if (child.exitCode === null && signalled(child, "SIGINT")) await gone;
    }
    await Deno.remove(this.#home, { recursive: true });
  }

  #text({ text }: Block): string {
    return text.replaceAll(PORT, String(this.#port));
  }

  async #run(text: string) {
    const child = this.#start(text);
    const said = listen(child);
    const timer = setTimeout(() => signalled(child, "SIGKILL"), TIME_LIMIT_MS);
    const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
    clearTimeout(timer);
    return { code, ...said };
  }

  /** Something that goes on while the rest is read. */
  async #serve(block: Block): Promise<void> {
    const child = this.#start(this.#text(block));
    this.#background.push(child);
    const said = listen(child);
    await until(() => said.output.includes("admin key"), () => said.output);
    const find = (label: string) => new RegExp(`${label} +(\\S+)`).exec(said.output)![1];
    this.#variables.TOKEN = find("registration token");
    this.#variables.SERVICE_ID = find("service");
    this.#variables.CLIENT_KEY = find("client key");
  }

  /** Something that is ended by Ctrl+C. */
  async #interrupt(block: Block): Promise<void> {
    const child = this.#start(this.#text(block));
    const said = listen(child);
    const closed = new Promise<number | null>((resolve) => child.once("close", resolve));
    try {
      await until(() => said.output.includes(" is up: "), () => said.output);
      signalled(child, "SIGINT");
      assert.equal(await closed, 0, said.output);
    } finally {
      signalled(child, "SIGKILL");
      await closed;
    }
  }

  /** What the README tells the reader to change in config.toml, an editor in hand. */
  async #write(block: Block): Promise<void> {
    const path = join(this.#home, "config.toml");
    const changes: Record<string, Setting> = {};
    let section = "";
    for (const line of this.#text(block).split("\n")) {
      section = /^\[(.*)\]$/.exec(line)?.[1] ?? section;
      const [, key, value] = /^(\w+) = (.*)$/.exec(line) ?? [];
      if (key !== undefined) changes[`${section}.${key}`] = JSON.parse(value);
    }
    await editConfig(path, changes);
    await loadConfig({ path, env: {} }).catch((error) => {
      if (error instanceof ConfigMissing) assert.fail("init has written no config.toml");
      throw error;
    });
  }

  async #untilEnded(): Promise<void> {
    const { TASK, CLIENT_KEY } = this.#variables;
    const url = `http://127.0.0.1:${this.#port}/api/v1/client/tasks/${TASK}`;
    const headers = { Authorization: `Bearer ${CLIENT_KEY}` };
    let status = "";
    await until(
      async () => {
        status = (await (await fetch(url, { headers })).json()).status;
        return !["pending", "running"].includes(status);
        // The client's API allows 100 requests a minute.
      },
      () => `the task is still ${status}`,
      1_000,
    );
    assert.equal(status, "completed");
  }

  /** In a process group of its own, as a terminal does it. */
  #start(text: string): ChildProcess {
    const env = Deno.env.toObject();
    const cache = env.XDG_CACHE_HOME || `${env.HOME}/.cache`;
    return spawn("bash", ["-euo", "pipefail", "-c", text], {
      cwd: this.#home,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...env,
        ...this.#variables,
        HOME: this.#home,
        PATH: `${this.#home}/.local/bin:${env.PATH}`,
        // What has been downloaded is not downloaded again.
        XDG_CACHE_HOME: cache,
        DENO_DIR: env.DENO_DIR || `${cache}/deno`,
        DOCKER_CONFIG: env.DOCKER_CONFIG || `${env.HOME}/.docker`,
        AGENT_CORE_LANG: "en",
        AGENT_CORE_CONFIG: "",
        // For curl.
        no_proxy: "127.0.0.1",
        NO_PROXY: "127.0.0.1",
        NO_COLOR: "1",
      },
    });
  }
}

function listen(child: ChildProcess): { output: string; stdout: string } {
  const said = { output: "", stdout: "" };
  child.stdout!.on("data", (chunk) => {
    said.output += chunk;
    said.stdout += chunk;
  });
  child.stderr!.on("data", (chunk) => said.output += chunk);
  return said;
}

/** Sends a signal to a child and all that it has started. @returns whether there was anybody */
function signalled({ pid }: ChildProcess, signal: Deno.Signal): boolean {
  try {
    Deno.kill(-pid!, signal);
    return true;
  } catch {
    return false;
  }
}

async function until(
  condition: () => boolean | Promise<boolean>,
  explain: () => string,
  everyMs = 50,
): Promise<void> {
  const deadline = performance.now() + TIME_LIMIT_MS;
  while (!await condition()) {
    assert(performance.now() < deadline, `nothing came of it: ${explain()}`);
    await sleep(everyMs);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
