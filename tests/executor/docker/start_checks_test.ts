import assert from "node:assert/strict";
import { fromFileUrl, join } from "@std/path";
import { Failure } from "../../../src/i18n/mod.ts";
import { shell, withBench } from "../helpers.ts";

type Parts = Parameters<typeof withBench>[0];

/** The start is refused with these words, and leaves nothing behind. */
function refused(what: string, parts: Parts, ...words: RegExp[]) {
  Deno.test(`start is refused: ${what}`, () =>
    withBench(parts, async (bench) => {
      await assert.rejects(bench.executor.prepare({ signal: bench.signal }), (error) => {
        assert.ok(error instanceof Failure, String(error));
        for (const word of words) {
          assert.match(error.text.en, word);
        }
        assert.notEqual(error.text.zh, error.text.en);
        return true;
      });
      const left = [];
      for await (const { name } of Deno.readDir(bench.dataDir)) left.push(name);
      assert.deepEqual(left.filter((name) => name.startsWith(".")), []);
      assert.deepEqual(await ownContainers(bench), []);
    }));
}

async function ownContainers(
  { engine, agentId }: Parameters<Parameters<typeof withBench>[1]>[0],
): Promise<string[]> {
  const list = await engine.listContainers({ labels: { "open-aaas.agent": agentId } });
  return list.map(({ name }) => name);
}

const mount = (host: string, container = "/m", readonly = true) => ({
  host,
  container,
  readonly,
  secret: false,
});

refused(
  "an image that cannot be had",
  { executor: { image: "localhost:1/no/such:image" } },
  /localhost:1\/no\/such:image/,
  /(docker|podman) build -t localhost:1\/no\/such:image executor-example/,
);
refused(
  "missing mounts, each by name",
  (dataDir) => ({
    paths: {
      mounts: [mount("/no/such/a", "/a"), mount(dataDir + "/cache", "/b"), mount("/no/b", "/c")],
    },
  }),
  /\/no\/such\/a/,
  /cache/,
  /\/no\/b/,
);
refused("the root", { paths: { mounts: [mount("/")] } }, /whole file system/);
refused("the root by a link", async (dataDir) => {
  await Deno.symlink("/", join(dataDir, "link"));
  return { paths: { mounts: [mount(join(dataDir, "link"))] } };
}, /whole file system/);
refused("the socket", { paths: { mounts: [mount("/var/run/docker.sock")] } }, /socket/);
refused("a folder with the socket", { paths: { mounts: [mount("/var/run")] } }, /socket/);
refused("a folder above it", { paths: { mounts: [mount("/run")] } }, /socket/);
refused("the socket by a link", async (dataDir) => {
  await Deno.symlink("/var/run/docker.sock", join(dataDir, "harmless"));
  return { paths: { mounts: [mount(join(dataDir, "harmless"))] } };
}, /socket/);
refused("the data folder", (dataDir) => ({ paths: { mounts: [mount(dataDir)] } }), /own data/);
refused("a folder above the data folder", (dataDir) => ({
  paths: { mounts: [mount(join(dataDir, ".."))] },
}), /own data/);
refused("other tasks' files", async (dataDir) => {
  await Deno.mkdir(join(dataDir, "workspaces"));
  return { paths: { mounts: [mount(join(dataDir, "workspaces"))] } };
}, /own data/);
refused("a mount over the workspace", (dataDir) => ({
  paths: { mounts: [mount(join(dataDir, "x"), "/workspace/")] },
}), /\/workspace/);
refused(
  "a script in the workspace",
  { executor: { executorType: "bash", scriptPath: "/workspace/run.sh" } },
  /hides/,
  /\/workspace\/run\.sh/,
);
refused(
  "a relative script in the workspace",
  { executor: { executorType: "python", scriptPath: "main.py" } },
  /hides/,
  /\/workspace\/main\.py/,
);
refused(
  "a script that is nowhere",
  { executor: { executorType: "bash", scriptPath: "/opt/run.sh" } },
  /\/opt\/run\.sh/,
);
Deno.test("no container is made of facts that the checks of the start have not found yet", () =>
  withBench((dataDir) => ({ paths: { mounts: [mount(`${dataDir}/later`)] } }), async (bench) => {
    const { executor, signal } = bench;
    await assert.rejects(executor.prepare({ signal }), /later/);
    const attempt = await bench.attempt();
    await assert.rejects(executor.create(attempt, signal), /checks of the start/);
    assert.match((await executor.obstacle(signal))?.en ?? "", /later/);
    await Deno.mkdir(`${bench.dataDir}/later`);
    assert.equal(await executor.obstacle(signal), undefined);
    await executor.create(attempt, signal);
  }));

refused("bash without a script", { executor: { executorType: "bash" } }, /script_path/);
refused("an unknown network", { sandbox: { network: "no-such-net" } }, /no-such-net/);
refused("an unknown user", { sandbox: { user: "no-such-user", init: false } }, /no-such-user/);
refused("an unknown runtime", { sandbox: { runtime: "runsc-x" } }, /runsc-x.*runc|runc.*runsc-x/s);
refused("a GPU where there is none", {
  executor: { gpu: { vendor: "nvidia", devices: "all", tasksPerGpu: 1 } },
}, /GPU/);
refused("an unknown capability", { sandbox: { capabilities: ["NO_SUCH"] } }, /NO_SUCH/);

Deno.test("a script of the image is found, and a writable mount is warned about", () =>
  withBench(async () => {
    const host = await Deno.makeTempDir({ prefix: "agent-core-mount-" });
    return {
      executor: { executorType: "bash", scriptPath: "/bin/busybox" },
      paths: { mounts: [mount(host, "/m", false)] },
      sandbox: { init: false },
    };
  }, async (bench) => {
    const progress: string[] = [];
    const warnings = await bench.executor.prepare({
      signal: bench.signal,
      onProgress: ({ en }) => progress.push(en),
    });
    assert.equal(warnings.length, 1);
    assert.match(warnings[0].en, /agent-core-mount-.*readonly/);
    assert.ok(progress.length > 0);
    assert.deepEqual(await ownContainers(bench), []);
    const host = /agent-core-mount-\w+/.exec(warnings[0].en)![0];
    await Deno.remove(join(Deno.env.get("TMPDIR") ?? "/tmp", host), { recursive: true });
  }));

Deno.test("a script below a mount inside the workspace is fine", () =>
  withBench(async (dataDir) => {
    await Deno.mkdir(join(dataDir, "tools"));
    await Deno.writeTextFile(join(dataDir, "tools", "run.sh"), "");
    return {
      executor: { executorType: "bash", scriptPath: "tools/run.sh" },
      paths: { mounts: [mount(join(dataDir, "tools"), "/workspace/tools")] },
    };
  }, async (bench) => {
    assert.deepEqual(await bench.executor.prepare({ signal: bench.signal }), []);
  }));

Deno.test("an engine that sees another data folder is explained", () =>
  withBench({}, async (bench) => {
    // A folder that exists here and not where the engine is: in a mount namespace of one's own.
    const hidden = await Deno.makeTempDir({ prefix: "agent-core-hidden-" });
    try {
      const module = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
      const script = `
        import { DockerExecutor } from ${module("../../../src/executor/docker/docker_executor.ts")};
        import { findEngine } from ${module("../../../src/docker/mod.ts")};
        import { testConfig } from ${module("../helpers.ts")};
        const config = testConfig(${JSON.stringify(hidden)});
        await using engine = await findEngine({ env: Deno.env.toObject() });
        const agentId = ${JSON.stringify(bench.agentId)};
        const executor = new DockerExecutor({ config, engine, agentId, configPath: "/x.toml" });
        const signal = new AbortController().signal;
        await executor.prepare({ signal }).then(() => console.log("fine"), (e) => console.log(e.message));
      `;
      const file = await Deno.makeTempFile({ suffix: ".ts" });
      await Deno.writeTextFile(file, script);
      const deno = `${Deno.execPath()} run -A --no-lock --import-map ${importMap()} ${file}`;
      const { stdout, stderr } = await new Deno.Command("unshare", {
        args: ["-m", "sh", "-c", `mount -t tmpfs none ${hidden} && ${deno}`],
      }).output();
      await Deno.remove(file);
      const words = new TextDecoder().decode(stdout);
      assert.match(words, /does not see the data folder/, new TextDecoder().decode(stderr));
    } finally {
      await Deno.remove(hidden, { recursive: true });
    }
  }));

Deno.test("leftovers of an earlier start check are removed, other agents' are not", () =>
  withBench({}, (bench) =>
    withBench({}, async (other) => {
      const spec = (agent: string) => ({
        Image: "agent-core-test:latest",
        Labels: { "open-aaas.agent": agent, "open-aaas.helper": "start-check" },
      });
      const name = () => `open-aaas-helper-${crypto.randomUUID()}`;
      const mine = await bench.engine.createContainer(name(), spec(bench.agentId));
      const theirs = await bench.engine.createContainer(name(), spec(other.agentId));
      assert.deepEqual(await bench.executor.list(bench.signal), []);
      await bench.executor.prepare({ signal: bench.signal });
      assert.equal(await bench.engine.inspectContainer(mine), undefined);
      assert.ok(await bench.engine.inspectContainer(theirs));
      await bench.engine.removeContainer(theirs, { force: true });
    })));

Deno.test("an obstacle is told: the image", async () => {
  await withBench({}, async (bench) => {
    assert.equal(await bench.executor.obstacle(bench.signal), undefined);
  });
  await withBench({ executor: { image: "no/such:image" } }, async (bench) => {
    const obstacle = await bench.executor.obstacle(bench.signal);
    assert.match(obstacle?.en ?? "", /no\/such:image/);
    await assert.rejects(
      bench.executor.create(await bench.attempt(), bench.signal),
      /no\/such:image/,
    );
  });
});

Deno.test("a mount that goes away later keeps tasks from being started, and is not made anew", () =>
  withBench(async (dataDir) => {
    await Deno.mkdir(join(dataDir, "disk"));
    return { paths: { mounts: [mount(join(dataDir, "disk"))] } };
  }, async (bench) => {
    const { executor, dataDir, signal } = bench;
    await executor.prepare({ signal });
    const disk = join(dataDir, "disk");
    await Deno.remove(disk);
    await assert.rejects(executor.create(await bench.attempt(), signal), /disk/);
    assert.match((await executor.obstacle(signal))?.en ?? "", /disk does not exist/);
    await assert.rejects(Deno.stat(disk), Deno.errors.NotFound);
    await Deno.mkdir(disk);
    assert.equal(await executor.obstacle(signal), undefined);
    const attempt = await bench.attempt();
    await Deno.remove(attempt.workspace, { recursive: true });
    await assert.rejects(executor.create(attempt, signal), Failure);
    await assert.rejects(Deno.stat(attempt.workspace), Deno.errors.NotFound);
    await executor.create(await bench.attempt(), signal);
  }));

Deno.test("a folder full of a container's files is removed", () =>
  withBench({
    executor: shell(
      'umask 077; mkdir -p a/b "x y"; echo 1 > a/b/f; ln -s / link; mkfifo fifo; chmod 0 a; ' +
        'cd "x y"; for i in $(seq 60); do n=$(printf "d%.0s" $(seq 200)); mkdir $n; cd $n; done; echo 1 > end',
    ),
  }, async (bench) => {
    const attempt = await bench.attempt();
    const { end } = await bench.run(attempt);
    assert.ok(end.state === "exited" && end.exitCode === 0);
    await bench.executor.removeFolder(attempt.workspace);
    await assert.rejects(Deno.lstat(attempt.workspace), Deno.errors.NotFound);
    await bench.executor.removeFolder(attempt.workspace);
    assert.ok(await Deno.lstat("/bin"));
  }));

/** The child resolves packages as this process does: by deno.json, or by the offline import map. */
function importMap(): string {
  const offline = !import.meta.resolve("@std/path").startsWith("jsr:");
  const map = offline ? "../../../offline/import_map.json" : "../../../deno.json";
  return fromFileUrl(new URL(map, import.meta.url));
}
