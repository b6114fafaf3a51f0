import { deepEqual, equal, match, ok } from "node:assert/strict";
import { type FakeMachine, fakeMachine, type Outcome, type Printed } from "./fake_machine.ts";

/** `dev` is a POSIX shell script; Windows has `deno task`. */
const ignore = Deno.build.os === "windows";

function onMachine(
  name: string,
  fn: (machine: FakeMachine) => Promise<void>,
  o: Parameters<typeof fakeMachine>[0] = {},
): void {
  Deno.test({
    name: `dev: ${name}`,
    ignore,
    fn: async () => {
      await using machine = await fakeMachine(o);
      await fn(machine);
    },
  });
}

function printed({ stdout, stderr }: Outcome): Printed {
  ok(stdout.startsWith("{"), `the program printed nothing; stderr: ${stderr}`);
  return JSON.parse(stdout) as Printed;
}

onMachine("keeps the working folder and every argument as it is", async (machine) => {
  const words = ["", "a b", "it's", '"quoted"', "$HOME", "*", "two\nlines", "-x", "--", "中文"];
  const outcome = await machine.dev(["agent-core", ...words], { cwd: machine.home });
  const { args, cwd } = printed(outcome);
  deepEqual(args, words);
  equal(cwd, machine.home);
  equal(outcome.code, 0);
});

onMachine("works in a folder with blanks and quotes in its name", async (machine) => {
  const { args } = printed(await machine.dev(["agent-core", "x"]));
  deepEqual(args, ["x"]);
}, { rootName: "it's a folder" });

onMachine("works through a link", async (machine) => {
  await Deno.symlink("../root/dev", `${machine.home}/dev`);
  const { cwd } = printed(
    await machine.dev(["agent-core"], { dev: `${machine.home}/dev`, cwd: "/" }),
  );
  equal(cwd, "/");
});

onMachine("run is `agent-core run`", async (machine) => {
  deepEqual(printed(await machine.dev(["run", "--lang", "en"])).args, ["run", "--lang", "en"]);
});

onMachine("the exit code is the program's", async (machine) => {
  equal((await machine.dev(["agent-core", "exit", "42"])).code, 42);
});

onMachine("a signal reaches the program itself", async (machine) => {
  const child = machine.command(["agent-core", "wait"]).spawn();
  const reader = child.stdout.getReader();
  await reader.read(); // it is up, and listens
  child.kill("SIGTERM");
  equal((await child.status).code, 43);
  await reader.cancel();
  await child.stderr.cancel();
});

onMachine("says what it does the first time and nothing later", async (machine) => {
  match((await machine.dev(["agent-core"])).stderr, /^dev: getting the packages \(offline\)$/m);
  equal((await machine.dev(["agent-core"])).stderr, "");
});

onMachine(
  "the package source: the variable decides, the answer is remembered for a day",
  async (machine) => {
    const unset = { AGENT_CORE_PACKAGES: "" };
    const first = await machine.dev(["agent-core"], { env: unset });
    match(first.stderr, /looking whether the package registry JSR answers/);
    equal(printed(first).source, "offline"); // HTTPS_PROXY leads nowhere
    equal(printed(first).packages, "offline");
    const note = `${machine.cache}/packages`;
    equal((await Deno.readTextFile(note)).trim(), "offline");
    equal((await machine.dev(["agent-core"], { env: unset })).stderr, "");

    const longAgo = new Date(Date.now() - 3 * 24 * 3600 * 1000);
    await Deno.utime(note, longAgo, longAgo);
    match((await machine.dev(["agent-core"], { env: unset })).stderr, /looking whether/);
  },
);

onMachine("a registry that answered once is not asked again", async (machine) => {
  await Deno.mkdir(machine.cache, { recursive: true });
  await Deno.writeTextFile(`${machine.cache}/packages`, "jsr\n");
  // Nothing is declared that would have to be fetched from there.
  const config = JSON.parse(await Deno.readTextFile(`${machine.root}/deno.json`)) as {
    imports: Record<string, string>;
  };
  const local = Object.entries(config.imports).filter(([, target]) => target.startsWith("./"));
  const imports = Object.fromEntries([...local, ["zod/mini", config.imports["zod/mini"]]]);
  await Deno.writeTextFile(
    `${machine.root}/deno.json`,
    JSON.stringify({ ...config, imports }, null, 2),
  );
  const outcome = await machine.dev(["agent-core"], { env: { AGENT_CORE_PACKAGES: "" } });
  equal(printed(outcome).source, "jsr");
  equal(outcome.stderr.includes("looking whether"), false);
});

onMachine("a wrong package source is named", async (machine) => {
  const { code, stderr } = await machine.dev(["agent-core"], {
    env: { AGENT_CORE_PACKAGES: "npm" },
  });
  equal(code, 1);
  match(stderr, /AGENT_CORE_PACKAGES is "npm": expected jsr or offline/);
});

onMachine("a package that is not the locked one is refused", async (machine) => {
  const map = `${machine.root}/offline/import_map.json`;
  await Deno.writeTextFile(
    map,
    (await Deno.readTextFile(map)).replace(/npm:zod@[0-9.]+/, "npm:zod@4.0.0"),
  );
  const { code, stderr } = await machine.dev(["agent-core"]);
  equal(code, 1);
  match(stderr, /could not be fetched/);
});

onMachine("Deno comes from npm when PATH has none", async (machine) => {
  await machine.script("npm", standInNpm(Deno.execPath()));
  const first = await machine.dev(["agent-core"]);
  match(first.stderr, /^dev: getting Deno \d+\.\d+\.\d+ from npm into /m);
  ok(printed(first).deno.startsWith(machine.cache), printed(first).deno);
  equal((await machine.dev(["agent-core"])).stderr, "");
}, { deno: false });

onMachine("a Deno that is too old is left alone", async (machine) => {
  await machine.script("deno", 'echo "deno 2.5.6 (stable, release, x86_64-unknown-linux-gnu)"');
  await machine.script("npm", standInNpm(Deno.execPath()));
  ok(printed(await machine.dev(["agent-core"])).deno.startsWith(machine.cache));
}, { deno: false });

onMachine("Deno comes from PyPI when npm fails", async (machine) => {
  await machine.script("npm", "echo no registry >&2; exit 1");
  await machine.script("python3", standInPip(Deno.execPath()));
  const outcome = await machine.dev(["agent-core"]);
  match(outcome.stderr, /^dev: getting Deno \d+\.\d+\.\d+ from PyPI into /m);
  ok(printed(outcome).deno.startsWith(machine.cache));
}, { deno: false });

onMachine(
  "without Deno, npm and pip it says what to install and leaves nothing half done",
  async (machine) => {
    const { code, stderr } = await machine.dev(["agent-core"]);
    equal(code, 1);
    match(stderr, /Install Deno/);
    deepEqual(Array.from(Deno.readDirSync(machine.cache)), []);
  },
  { deno: false },
);

onMachine(
  "an engine that DOCKER_HOST names and that does not answer is an error",
  async (machine) => {
    const { code, stderr } = await machine.dev(["demo"], {
      env: { DOCKER_HOST: "unix:///nowhere.sock" },
    });
    equal(code, 1);
    match(stderr, /no engine answers at DOCKER_HOST=unix:\/\/\/nowhere\.sock/);
  },
);

onMachine("an engine on a docker context's socket is found, without curl too", async (machine) => {
  const path = `${machine.home}/engine.sock`;
  const meta = `${machine.home}/.docker/contexts/meta/1`;
  await Deno.mkdir(meta, { recursive: true });
  const context = { Name: "lab", Endpoints: { docker: { Host: `unix://${path}` } } };
  await Deno.writeTextFile(`${meta}/meta.json`, JSON.stringify(context));
  const engine = Deno.serve({ path, onListen: () => {} }, () => new Response("OK"));
  await machine.script("busybox", ":");
  const outcome = await machine.dev(["demo"], { env: { NO_PROXY: "*" } });
  await engine.shutdown();
  const { args, dockerHost } = printed(outcome);
  deepEqual(args, ["demo"]);
  equal(dockerHost, `unix://${path}`);
});

onMachine("without a command it lists them; a wrong one is exit 2", async (machine) => {
  const help = await machine.dev([]);
  equal(help.code, 0);
  match(help.stderr, /demo .*\n.*test/);
  const wrong = await machine.dev(["dmeo"]);
  equal(wrong.code, 2);
  match(wrong.stderr, /unknown command "dmeo"/);
});

/** Installs as npm does, from this machine: `npm install --prefix DIR … deno@VERSION`. */
function standInNpm(deno: string): string {
  return `[ "$1" = install ] && [ "$2" = --prefix ] || exit 64
mkdir -p "$3/node_modules/@deno/this-machine"
cp '${deno}' "$3/node_modules/@deno/this-machine/deno"`;
}

/** Knows `-m pip --version`, `-m pip download … --dest DIR deno==VERSION` and `-m zipfile -e WHEEL DIR`. */
function standInPip(deno: string): string {
  return `case "$2 $3" in
  "pip --version") ;;
  "pip download")
    while [ "$1" != --dest ]; do shift; done
    touch "$2/deno-\${3#deno==}.whl" ;;
  "zipfile -e")
    name=\${4##*/}
    mkdir -p "$5/\${name%.whl}.data/scripts"
    cp '${deno}' "$5/\${name%.whl}.data/scripts/deno" ;;
  *) exit 64 ;;
esac`;
}
