import assert from "node:assert/strict";
import { join } from "@std/path";
import { dockerFindings } from "../../../src/executor/docker/docker_findings.ts";
import { Failure, type Finding, type Text } from "../../../src/i18n/mod.ts";
import { createLogger } from "../../../src/log/mod.ts";
import { type Engine, EngineError, findEngine } from "../../../src/docker/mod.ts";
import { type Registry, type RegistryOptions, startRegistry } from "../../docker/registry.ts";
import { TEST_IMAGE, uniqueName, withTestEngine } from "../../support/engine.ts";
import { rawContainer } from "../../support/raw_engine.ts";
import { type Bench, testConfig, until, withBenchOn } from "../helpers.ts";

type Wish = { readonly image: string; readonly pull?: "missing" | "always" };

/** A registry, and an engine that has none of its images, before and afterwards. */
async function withRegistry(
  options: RegistryOptions,
  body: (engine: Engine, registry: Registry) => Promise<void>,
): Promise<void> {
  await using registry = await startRegistry(options);
  await withTestEngine(async (engine) => {
    const ids = new Set<string>();
    const pullImage: Engine["pullImage"] = async (reference, options) => {
      await engine.pullImage(reference, options);
      ids.add((await engine.inspectImage(reference))!.id);
    };
    try {
      await body({ ...engine, pullImage }, registry);
    } finally {
      for (const id of ids) await engine.removeImage(id, { force: true });
    }
  });
}

/** What one start of an agent says and warns of, and which image its tasks get. */
async function startWith(engine: Engine, executor: Wish, more = {}): Promise<Start> {
  let log = "";
  const logger = createLogger({ lang: "en", write: (line) => log += line });
  let warnings: Text[] = [];
  let id: string | undefined;
  const body = async (bench: Bench) => {
    warnings = await bench.executor.prepare({ signal: bench.signal });
    const runId = await bench.executor.create(await bench.attempt(), bench.signal);
    id = (await rawContainer(engine, runId)).Image;
  };
  const options = { log: logger, ...more };
  await withBenchOn(engine, crypto.randomUUID(), { executor }, body, options);
  return { warnings, log, id };
}

interface Start {
  readonly warnings: Text[];
  readonly log: string;
  /** Of the image of a container that was made. */
  readonly id?: string;
}

Deno.test("image: by tag and by digest it is pulled, inspected, run and told", () =>
  withRegistry({}, async (engine, registry) => {
    const { name, reference, digest } = registry;
    for (const image of [reference, `${name}@${digest}`, `${reference}@${digest}`]) {
      const { warnings, log, id } = await startWith(engine, { image });
      assert.deepEqual(warnings, []);
      assert.ok(log.includes(`Tasks run in image ${image}, which is ${digest}\n`), log);
      assert.equal(id, (await engine.inspectImage(image))?.id);
      const findings = await findingsOf({ image });
      assert.match(findings, new RegExp(`ok Image ${image} \\(.* MB, .*, ${digest}\\)`));
      await engine.removeImage(id!, { force: true });
      assert.equal(await engine.inspectImage(image), undefined);
    }
  }));

Deno.test("image: a digest that the registry does not have is refused, by name", () =>
  withRegistry({}, async (engine, { name }) => {
    const image = `${name}@sha256:${"0".repeat(64)}`;
    await assert.rejects(startWith(engine, { image }), (error) => {
      assert.ok(error instanceof Failure && error.message.includes(image), String(error));
      assert.match(error.message, /Check the digest in executor\.image/);
      assert.doesNotMatch(error.message, /docker build/);
      return true;
    });
    const findings = await findingsOf({ image });
    assert.match(
      findings,
      /warning The image 127.*not on this machine yet.*(docker|podman) pull 127/s,
    );
    assert.doesNotMatch(findings, /docker build/);
  }));

Deno.test("image: a tag that moved is not pulled by itself, and with always at the next start", () =>
  withRegistry({}, async (engine, registry) => {
    const image = registry.reference;
    const first = await startWith(engine, { image });
    const before = registry.digest;
    await registry.move();
    const asked = registry.requests;
    const again = await startWith(engine, { image });
    assert.equal(again.id, first.id);
    assert.equal(registry.requests, asked);
    assert.ok(again.log.includes(before));
    const taken = await startWith(engine, { image, pull: "always" });
    assert.notEqual(taken.id, first.id);
    assert.ok(taken.log.includes(`${image}, which is ${registry.digest}`), taken.log);
    assert.deepEqual(taken.warnings, []);
  }));

Deno.test("image: with always it is taken at the start, and never in the middle", () =>
  withRegistry({}, async (engine, registry) => {
    const executor = { image: registry.reference, pull: "always" as const };
    await withBenchOn(engine, crypto.randomUUID(), { executor }, async (bench) => {
      const { executor, signal } = bench;
      await executor.prepare({ signal });
      const first = (await engine.inspectImage(registry.reference))?.id;
      await registry.move();
      const asked = registry.requests;
      assert.equal(await executor.obstacle(signal), undefined);
      const runId = await executor.create(await bench.attempt(), signal);
      assert.equal((await rawContainer(engine, runId)).Image, first);
      // A start check that is made again, because something else had failed, asks nobody either.
      await executor.prepare({ signal });
      assert.equal(registry.requests, asked);
    });
  }));

Deno.test("image: with always, a registry that is away or asks for a login stops nothing", () =>
  withRegistry({}, async (engine, registry) => {
    const image = registry.reference;
    const { id } = await startWith(engine, { image });
    await registry.close();
    const start = await startWith(engine, { image, pull: "always" });
    assert.equal(start.id, id);
    assert.equal(start.warnings.length, 1);
    assert.match(start.warnings[0].en, /could not be pulled.*going on with.*connection refused/s);
    assert.match(start.warnings[0].zh, /继续使用本机已有的 127.*connection refused/s);
    await engine.removeImage(id!, { force: true });
    await assert.rejects(startWith(engine, { image, pull: "always" }), /is missing and cannot/);
  }));

Deno.test("image: with always, one that no registry has is warned about with the key's name", () =>
  withRegistry({}, async (engine, { name }) => {
    const image = `${name}:only-here`;
    await engine.tagImage(TEST_IMAGE, image);
    try {
      const { warnings, log } = await startWith(engine, { image, pull: "always" });
      assert.equal(warnings.length, 1);
      for (const words of Object.values(warnings[0])) {
        assert.match(words, /executor\.pull = "missing"/);
      }
      // Podman has a digest for it all the same.
      assert.match(
        log,
        /Tasks run in image 127\S+:only-here, which (?:was built here.*|is) sha256:/,
      );
    } finally {
      await engine.removeImage(image);
    }
  }));

Deno.test("image: with always, one that a digest names is not asked for again", () =>
  withRegistry({}, async (engine, registry) => {
    const image = `${registry.name}@${registry.digest}`;
    await startWith(engine, { image });
    const asked = registry.requests;
    const { warnings } = await startWith(engine, { image, pull: "always" });
    assert.deepEqual(warnings, []);
    assert.equal(registry.requests, asked);
  }));

Deno.test("image: with always, an engine that goes away in the pull is no registry that is away", () =>
  withTestEngine(async (engine) => {
    const away = new EngineError({ zh: "x", en: "the engine is away" }, { unreachable: true });
    let isAway = false;
    let pulls = 0;
    const broken: Engine = {
      ...engine,
      pullImage: (_, options) => {
        // Results of before wait for the start check.
        assert.equal(options?.idleMs, 90_000);
        isAway = pulls++ === 0;
        return Promise.reject(away);
      },
      inspectImage: (...args) => isAway ? Promise.reject(away) : engine.inspectImage(...args),
    };
    const executor = { image: TEST_IMAGE, pull: "always" as const };
    await withBenchOn(broken, crypto.randomUUID(), { executor }, async ({ executor, signal }) => {
      await assert.rejects(executor.prepare({ signal }), (error) => error === away);
      isAway = false;
      // It was not asked whether there is a newer one: that is still to be done.
      assert.equal((await executor.prepare({ signal })).length, 1);
      assert.equal(pulls, 2);
    });
  }));

Deno.test("image: one that was removed in the middle is pulled again, and told", () =>
  withRegistry({}, async (engine, registry) => {
    let log = "";
    const logger = createLogger({ lang: "en", write: (line) => log += line });
    const executor = { image: registry.reference };
    await withBenchOn(engine, crypto.randomUUID(), { executor }, async (bench) => {
      await bench.executor.prepare({ signal: bench.signal });
      await engine.removeImage(registry.reference, { force: true });
      log = "";
      await bench.executor.create(await bench.attempt(), bench.signal);
      assert.ok(log.includes(`${registry.reference}, which is ${registry.digest}`), log);
    }, { log: logger });
  }));

Deno.test("image: one that a clean-up has removed is brought back before the next task", () =>
  withRegistry({}, async (engine, registry) => {
    let log = "";
    const logger = createLogger({ lang: "en", write: (line) => log += line });
    const executor = { image: registry.reference };
    await withBenchOn(engine, crypto.randomUUID(), { executor }, async (bench) => {
      const { executor, signal } = bench;
      await executor.prepare({ signal });
      await engine.removeImage(registry.reference, { force: true });
      log = "";
      assert.match((await executor.obstacle(signal))?.en ?? "", /no longer has image 127/);
      await until(async () => await executor.obstacle(signal) === undefined);
      await until(() => log.includes(`${registry.reference}, which is ${registry.digest}`));
    }, { log: logger });
  }));

Deno.test("image: one that cannot be brought back is an obstacle, and rarely asked for", () =>
  withRegistry({}, async (engine, registry) => {
    const executor = { image: registry.reference };
    await withBenchOn(engine, crypto.randomUUID(), { executor }, async (bench) => {
      const { executor, signal } = bench;
      await executor.prepare({ signal });
      await engine.removeImage(registry.reference, { force: true });
      await registry.close();
      let asked = 0;
      const pullImage = engine.pullImage;
      Object.assign(engine, {
        pullImage: (...args: Parameters<Engine["pullImage"]>) => {
          asked++;
          return pullImage(...args);
        },
      });
      await until(async () =>
        /no longer has.*connection refused/s.test((await executor.obstacle(signal))?.en ?? "")
      );
      for (let i = 0; i < 20; i++) await executor.obstacle(signal);
      assert.equal(asked, 1);
    });
  }));

Deno.test("image: one for another architecture is told at the start and by doctor, by name", () => {
  const foreign = Deno.build.arch === "aarch64" ? "amd64" : "arm64";
  return withRegistry({ architecture: foreign }, async (engine, registry) => {
    const image = registry.reference;
    const { warnings } = await startWith(engine, { image });
    assert.equal(warnings.length, 1);
    assert.ok(warnings[0].en.includes(`Image ${image} is for ${foreign}`), warnings[0].en);
    assert.ok(warnings[0].zh.includes(`镜像 ${image} 面向 ${foreign}`), warnings[0].zh);
    assert.match(
      await findingsOf({ image }),
      new RegExp(`warning Image ${image} is for ${foreign}`),
    );
    assert.match(
      await findingsOf({ image }, "zh"),
      new RegExp(`warning 镜像 ${image} 面向 ${foreign}`),
    );
  });
});

Deno.test("image: doctor tells what it would be pulled with", async () => {
  const home = await Deno.makeTempDir({ prefix: "agent-core-home-" });
  try {
    const file = join(home, "config.json");
    const image = `127.0.0.1:1/${uniqueName("nowhere")}:1`;
    const env = { DOCKER_CONFIG: home };
    assert.doesNotMatch(await findingsOf({ image }, "en", env), /login|config\.json/);
    await Deno.writeTextFile(
      file,
      JSON.stringify({ auths: { "127.0.0.1:1": { auth: btoa("a:b") } } }),
    );
    assert.match(
      await findingsOf({ image }, "en", env),
      /ok The login for 127\.0\.0\.1:1 in .*config/,
    );
    assert.doesNotMatch(await findingsOf({ image: TEST_IMAGE }, "en", env), /login for/);
    await Deno.writeTextFile(file, JSON.stringify({ credsStore: "no/program" }));
    assert.match(
      await findingsOf({ image }, "en", env),
      /warning .*config\.json names a credential/,
    );
    const always = { image: TEST_IMAGE, pull: "always" as const };
    assert.match(await findingsOf(always, "en", env), /warning .*config\.json names a credential/);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});

Deno.test("image: the agent's own engine uses the logins of its environment", async () => {
  const account = { username: "lab", password: crypto.randomUUID() };
  const home = await Deno.makeTempDir({ prefix: "agent-core-home-" });
  try {
    await withRegistry({ account }, async (engine, registry) => {
      const auth = btoa(`${account.username}:${account.password}`);
      const auths = { [registry.host]: { auth } };
      await Deno.writeTextFile(join(home, "config.json"), JSON.stringify({ auths }));
      const env = { DOCKER_HOST: Deno.env.get("DOCKER_HOST"), DOCKER_CONFIG: home };
      await using found = await findEngine({ env });
      const { pullImage } = found;
      // Through the other one, so that what was pulled is removed.
      const image = registry.reference;
      const { warnings, log } = await startWith({ ...engine, pullImage }, { image });
      assert.deepEqual(warnings, []);
      assert.ok(!log.includes(auth) && !log.includes(account.password));
      await engine.removeImage(image, { force: true });
    });
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});

/** What doctor says of the engine and the image, a line each. */
async function findingsOf(
  executor: Wish,
  lang: "zh" | "en" = "en",
  env: Record<string, string> = { DOCKER_CONFIG: "/nowhere" },
): Promise<string> {
  const config = testConfig("/data", { executor });
  const host = Deno.env.get("DOCKER_HOST");
  const found = await dockerFindings({ config, env: { ...env, ...host && { DOCKER_HOST: host } } });
  const line = ({ level, what, mend }: Finding) =>
    `${level} ${what[lang]}\n${mend?.[lang] ?? ""}\n`;
  return found.map(line).join("");
}
