import { join } from "@std/path";
import { connectEngine, type Engine } from "../../src/docker/mod.ts";
import { ensureTestImage } from "./image.ts";

/** How a private engine is started. */
export interface PrivateEngineOptions {
  /** Docker only: containers go on while the daemon is down. @default {false} */
  readonly liveRestore?: boolean;
  /** Docker only: what its `daemon.json` says besides. @default {{}} */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Docker only: a script that it calls for every container with GPUs, as NVIDIA's toolkit has one. @default {none} */
  readonly nvidiaHook?: string;
  /** A specification of CDI devices that it knows. @default {none} */
  readonly cdi?: unknown;
  /** Where it keeps images and containers. @default {a folder of its own} */
  readonly dataRoot?: string;
}

/**
 * An engine of a test's own, which may be stopped, killed and started again without harm to
 * anybody: of the kind that AGENT_CORE_TEST_ENGINE names (`.ci/engine list`), else the machine's `dockerd`.
 * It has no bridge: containers need `NetworkMode: "none"`. Needs root. Disposing it removes everything.
 */
export interface PrivateEngine extends AsyncDisposable {
  /** Path of its socket. */
  readonly socket: string;
  /** For DOCKER_HOST. */
  readonly host: string;
  /** Starts the daemon and returns when it answers. */
  start(): Promise<void>;
  /** Ends the daemon and returns when it is gone. Its containers fare as the engine sees fit. */
  stop(signal: "SIGTERM" | "SIGKILL"): Promise<void>;
  /** Asks it to end and does not wait. */
  signal(signal: "SIGTERM" | "SIGKILL"): void;
  /**
   * Podman only: what a reboot does to its running state, and the end of a user's session. The service must be
   * stopped.
   */
  forget(): Promise<void>;
  /** Writes its `daemon.json` anew, for the next start. */
  configure(config: Readonly<Record<string, unknown>>): Promise<void>;
  /** A new connection, the caller's to close. */
  connect(): Promise<Engine>;
}

const KIND = Deno.env.get("AGENT_CORE_TEST_ENGINE");
/** Where an ordinary user asks for an engine. */
const STARTER = Deno.env.get("AGENT_CORE_ENGINE_STARTER");
const ENGINES = join(import.meta.dirname!, "../../.ci/engine");
/** How long the daemon may take to come up or go down, milliseconds. */
const LIMIT_MS = 60_000;

/** Starts an engine with the test image in it. */
export async function startPrivateEngine(
  { liveRestore = false, config = {}, cdi, nvidiaHook, dataRoot }: PrivateEngineOptions = {},
): Promise<PrivateEngine> {
  const folder = await Deno.makeTempDir({ prefix: "agent-core-engine-" });
  const engine = new Daemon(folder, { liveRestore, dataRoot: dataRoot ?? join(folder, "data") });
  try {
    await Deno.mkdir(join(folder, "cdi"));
    if (cdi) await Deno.writeTextFile(join(folder, "cdi/lab.json"), JSON.stringify(cdi));
    await Deno.mkdir(join(folder, "bin"));
    if (nvidiaHook !== undefined) {
      // The name by which Docker finds it.
      const options = { mode: 0o755 };
      await Deno.writeTextFile(
        join(folder, "bin/nvidia-container-runtime-hook"),
        nvidiaHook,
        options,
      );
    }
    await engine.configure({ ...config, ...cdi ? { "cdi-spec-dirs": [join(folder, "cdi")] } : {} });
    await engine.start();
    await using connection = await engine.connect();
    await ensureTestImage(connection);
    return engine;
  } catch (error) {
    const log = await Deno.readTextFile(join(folder, "log")).catch(() => "");
    await engine[Symbol.asyncDispose]().catch(() => {});
    throw new Error(`Cannot run an engine of the test's own (as root?): ${log.slice(-2_000)}`, {
      cause: error,
    });
  }
}

class Daemon implements PrivateEngine {
  readonly socket: string;
  readonly #folder: string;
  readonly #liveRestore: boolean;
  readonly #dataRoot: string;
  #process?: EngineProcess;

  constructor(
    folder: string,
    { liveRestore, dataRoot }: Required<Pick<PrivateEngineOptions, "liveRestore" | "dataRoot">>,
  ) {
    this.#folder = folder;
    this.#liveRestore = liveRestore;
    this.#dataRoot = dataRoot;
    this.socket = join(folder, "docker.sock");
  }

  get host(): string {
    return `unix://${this.socket}`;
  }

  connect(): Promise<Engine> {
    return connectEngine({ kind: "unix", path: this.socket });
  }

  configure(config: Readonly<Record<string, unknown>>): Promise<void> {
    return Deno.writeTextFile(join(this.#folder, "daemon.json"), JSON.stringify(config));
  }

  async start(): Promise<void> {
    await Deno.remove(this.#at("docker.pid")).catch(() => {});
    this.#process = STARTER
      ? await startedByRoot(this.#folder, this.#flags())
      : spawned(this.#at("log"), this.#command(), `${this.#at("bin")}:${Deno.env.get("PATH")}`);
    const ended = this.#process.ended.then(() => {
      throw new Error("the engine ended");
    });
    await Promise.race([ended, until(() => this.#answers(), "the engine to answer")]);
    ended.catch(() => {});
  }

  #command(): string[] {
    if (KIND) return [ENGINES, "daemon", KIND, this.#folder, ...this.#flags()];
    const own = ["--exec-root", this.#at("exec"), "--pidfile", this.#at("docker.pid")];
    return ["dockerd", "--host", this.host, ...own, ...this.#flags()];
  }

  #flags(): string[] {
    if (KIND?.startsWith("podman")) return ["--root", this.#dataRoot];
    return [
      ...["--data-root", this.#dataRoot, "--config-file", this.#at("daemon.json")],
      ...["--bridge=none", "--iptables=false"],
      ...this.#liveRestore ? ["--live-restore"] : [],
    ];
  }

  #at(name: string): string {
    return join(this.#folder, name);
  }

  async stop(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    this.signal(signal);
    await this.#process?.ended;
    this.#process = undefined;
    // A killed daemon's containerd takes a moment longer; the next daemon would take it for its own.
    await until(() => this.#containerdIsGone(), "containerd to end");
  }

  signal(signal: "SIGTERM" | "SIGKILL"): void {
    this.#process?.kill(signal);
  }

  async forget(): Promise<void> {
    for (const pid of await processesOf(this.#folder)) Deno.kill(pid, "SIGKILL");
    for (const name of ["run", "tmp"]) {
      await Deno.remove(this.#at(name), { recursive: true });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!await this.#answers()) {
      await this.stop("SIGKILL").catch(() => {});
      await this.start();
    }
    {
      await using engine = await this.connect();
      for (const { id } of await engine.listContainers({ labels: {} })) {
        await engine.removeContainer(id, { force: true });
      }
    }
    await this.stop("SIGTERM");
    await this.#unmount();
    if (STARTER) await Deno.writeTextFile(STARTER, `remove ${this.#folder}\n`);
    else await Deno.remove(this.#folder, { recursive: true });
  }

  /** With live-restore a daemon leaves its mounts behind. */
  async #unmount(): Promise<void> {
    const folders = [await Deno.realPath(this.#folder), await Deno.realPath(this.#dataRoot)];
    const places = (await Deno.readTextFile("/proc/mounts")).split("\n")
      .map((line) => line.split(" ")[1] ?? "")
      .filter((place) => folders.some((folder) => place.startsWith(`${folder}/`)));
    for (const place of places.reverse()) {
      await new Deno.Command("umount", { args: ["-l", place], stderr: "null" }).output();
    }
  }

  async #containerdIsGone(): Promise<boolean> {
    const file = join(this.#folder, "exec", "containerd", "containerd.pid");
    const pid = await Deno.readTextFile(file).catch(() => "");
    if (!/^\d+$/.test(pid.trim())) return true;
    return await Deno.stat(`/proc/${pid.trim()}`).then(() => false, () => true);
  }

  async #answers(): Promise<boolean> {
    try {
      await using engine = await this.connect();
      await engine.version();
      return true;
    } catch {
      return false;
    }
  }
}

/** The processes that watch containers of a Podman in this folder, and those containers' own. */
async function processesOf(folder: string): Promise<number[]> {
  const parents = new Map<number, number>();
  const watchers = new Set<number>();
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const read = (file: string) => Deno.readTextFile(`/proc/${name}/${file}`).catch(() => "");
    const [stat, command] = [await read("stat"), await read("cmdline")];
    parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(")")).split(" ")[2]));
    if (command.includes("conmon") && command.includes(folder)) watchers.add(Number(name));
  }
  const isOfThem = (pid: number): boolean =>
    watchers.has(pid) || parents.has(pid) && isOfThem(parents.get(pid)!);
  return [...parents.keys()].filter(isOfThem);
}

interface EngineProcess {
  kill(signal: "SIGTERM" | "SIGKILL"): void;
  readonly ended: Promise<unknown>;
}

/** In a network of its own: `--bridge=none` removes docker0, and it would be the machine's engine's. */
function spawned(log: string, command: readonly string[], path: string): EngineProcess {
  const process = new Deno.Command("sh", {
    args: ["-c", `exec unshare --net "$@" >>"$0" 2>&1`, log, ...command],
    env: { PATH: path },
    stdin: "null",
  }).spawn();
  return { kill: (signal) => process.kill(signal), ended: process.status };
}

/** An engine of this ordinary user, started by whom `.ci/engine` has left at the other end of a pipe. */
async function startedByRoot(folder: string, flags: readonly string[]): Promise<EngineProcess> {
  const file = join(folder, "engine.pid");
  await Deno.remove(file).catch(() => {});
  await Deno.writeTextFile(STARTER!, `start ${[folder, ...flags].join(" ")}\n`);
  let pid = NaN;
  await until(async () => {
    pid = Number.parseInt(await Deno.readTextFile(file).catch(() => ""));
    return !Number.isNaN(pid);
  }, "the engine's number");
  const isGone = async () => {
    const stat = await Deno.readTextFile(`/proc/${pid}/stat`).catch(() => "0 () Z");
    return / [ZX] /.test(`${stat} `.slice(stat.lastIndexOf(")")));
  };
  return {
    kill: (signal) => Deno.kill(pid, signal),
    ended: until(isGone, "the engine to end", Infinity),
  };
}

async function until(
  condition: () => Promise<boolean>,
  what: string,
  limitMs = LIMIT_MS,
): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!await condition()) {
    if (performance.now() > deadline) throw new Error(`Waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
