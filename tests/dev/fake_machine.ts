/** A machine of its own for the `dev` script: a home, a PATH and a copy of the repository's frame. */
import { fileURLToPath } from "node:url";

const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));

/** What every POSIX system has. */
const UTILITIES =
  "awk cat chmod cksum cp dirname env find grep head id ln ls mkdir mktemp mv nohup printf readlink " +
  "rm sed sh sleep tail touch tr uname";

/** The program of the copy: says what it was given and does what the first argument asks for. */
const PROGRAM = `
import { SEPARATOR } from "@std/path";
import { source } from "#source";
const [word, ...rest] = Deno.args;
if (word === "exit") Deno.exit(Number(rest[0]));
if (word === "wait") {
  Deno.addSignalListener("SIGTERM", () => Deno.exit(43));
  setInterval(() => {}, 1000);
}
console.log(JSON.stringify({ args: Deno.args, cwd: Deno.cwd(), source, separator: SEPARATOR,
  dockerHost: Deno.env.get("DOCKER_HOST"), packages: Deno.env.get("AGENT_CORE_PACKAGES"),
  deno: Deno.execPath() }));
`;

/** What the copy's program prints. */
export interface Printed {
  args: string[];
  cwd: string;
  source: string;
  dockerHost?: string;
  packages: string;
  deno: string;
}

/** How one run of `dev` ended. */
export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** See {@linkcode fakeMachine}. */
export class FakeMachine implements AsyncDisposable {
  readonly #base: string;
  readonly #denoDir: string;
  /** The copy of the repository. */
  readonly root: string;
  readonly home: string;
  readonly bin: string;

  constructor(base: string, denoDir: string, rootName: string) {
    this.#base = base;
    this.#denoDir = denoDir;
    this.root = `${base}/${rootName}`;
    this.home = `${base}/home`;
    this.bin = `${base}/bin`;
  }

  get cache(): string {
    return `${this.home}/.cache/agent-core`;
  }

  /** Puts a shell script on the machine's PATH. */
  async script(name: string, text: string): Promise<void> {
    await Deno.writeTextFile(`${this.bin}/${name}`, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  }

  /** Puts a program of the real machine on the machine's PATH. */
  async link(name: string, target: string): Promise<void> {
    await Deno.symlink(target, `${this.bin}/${name}`);
  }

  command(
    args: string[],
    o: { env?: Record<string, string>; cwd?: string; dev?: string } = {},
  ): Deno.Command {
    return new Deno.Command(o.dev ?? `${this.root}/dev`, {
      args,
      cwd: o.cwd ?? this.#base,
      clearEnv: true,
      env: {
        PATH: this.bin,
        HOME: this.home,
        DENO_DIR: this.#denoDir,
        DENO_NO_UPDATE_CHECK: "1",
        NO_COLOR: "1",
        // No registry can be reached: what is not in the cache yet is a failure of the test.
        HTTPS_PROXY: "http://127.0.0.1:9",
        AGENT_CORE_PACKAGES: "offline",
        ...o.env,
      },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    });
  }

  async dev(
    args: string[],
    o: { env?: Record<string, string>; cwd?: string; dev?: string } = {},
  ): Promise<Outcome> {
    const { code, stdout, stderr } = await this.command(args, o).output();
    const text = new TextDecoder();
    return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#base, { recursive: true });
  }
}

/** Makes a machine; it has Deno on its PATH unless `deno` is false. */
export async function fakeMachine(
  { deno = true, rootName = "root" }: { deno?: boolean; rootName?: string } = {},
): Promise<FakeMachine> {
  const base = await Deno.realPath(await Deno.makeTempDir({ prefix: "agent-core-" }));
  const machine = new FakeMachine(base, await denoDir(), rootName);
  for (const folder of [machine.bin, machine.home, `${machine.root}/offline`]) {
    await Deno.mkdir(folder, { recursive: true });
  }
  for (const name of UTILITIES.split(" ")) {
    const target = await whereIs(name);
    if (target !== undefined) await machine.link(name, target);
  }
  if (deno) await machine.link("deno", Deno.execPath());
  await copyFrame(machine.root);
  return machine;
}

async function copyFrame(root: string): Promise<void> {
  await Deno.copyFile(`${REPOSITORY}dev`, `${root}/dev`);
  for (const folder of ["offline", "offline/std", "offline/cliffy"]) {
    await Deno.mkdir(`${root}/${folder}`, { recursive: true });
    for await (const entry of Deno.readDir(`${REPOSITORY}${folder}`)) {
      if (entry.isFile) {
        await Deno.copyFile(
          `${REPOSITORY}${folder}/${entry.name}`,
          `${root}/${folder}/${entry.name}`,
        );
      }
    }
  }
  await Deno.writeTextFile(`${root}/main.ts`, PROGRAM);
  await addImport(`${REPOSITORY}deno.json`, `${root}/deno.json`, "./jsr_source.ts");
  await addImport(
    `${root}/offline/import_map.json`,
    `${root}/offline/import_map.json`,
    "./offline_source.ts",
  );
  await Deno.writeTextFile(`${root}/jsr_source.ts`, 'export const source = "jsr";\n');
  await Deno.writeTextFile(
    `${root}/offline/offline_source.ts`,
    'export const source = "offline";\n',
  );
}

async function addImport(from: string, to: string, source: string): Promise<void> {
  const map = JSON.parse(await Deno.readTextFile(from)) as { imports: Record<string, string> };
  map.imports["#source"] = source;
  // The copy's program must run where JSR cannot be reached, whatever it was told to use.
  if (source.includes("jsr")) map.imports["@std/path"] = "./offline/std/path.ts";
  await Deno.writeTextFile(to, JSON.stringify(map, null, 2));
}

async function whereIs(name: string): Promise<string | undefined> {
  for (
    const folder of [
      "/usr/bin",
      "/bin",
      "/usr/sbin",
      "/sbin",
      ...(Deno.env.get("PATH") ?? "").split(":"),
    ]
  ) {
    const file = `${folder}/${name}`;
    if (await Deno.stat(file).then((stat) => stat.isFile, () => false)) return file;
  }
  return undefined;
}

async function denoDir(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "--no-config"],
  }).output();
  return (JSON.parse(new TextDecoder().decode(stdout)) as { denoDir: string }).denoDir;
}
