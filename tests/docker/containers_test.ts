import assert from "node:assert/strict";
import { EngineError } from "../../src/docker/mod.ts";
import { traitsOf } from "../../src/executor/docker/engine_traits.ts";
import { TEST_LABELS, uniqueName, withTestEngine } from "../support/engine.ts";
import { post, rawContainer } from "../support/raw_engine.ts";
import { create, runToEnd, shell, until } from "./support.ts";

Deno.test("a container's life: created, running, exited, removed", () =>
  withTestEngine(async (engine) => {
    const name = uniqueName("life");
    const spec = shell("read line; exit 3", {
      Env: ["GREETING=你好"],
      HostConfig: { Tmpfs: { "/scratch": "" }, LogConfig: { Type: "json-file" } },
    });
    const id = await engine.createContainer(name, spec);
    const created = await engine.inspectContainer(name);
    assert.equal(created?.id, id);
    const raw = await rawContainer(engine, id);
    assert.equal(raw.Name, `/${name}`);
    assert.equal(created.state.status, "created");
    assert.equal(created.state.startedAt, undefined);
    assert.deepEqual(ownLabels(created), TEST_LABELS);
    assert.ok(raw.Config.Env.includes("GREETING=你好"));
    assert.equal(raw.HostConfig.LogConfig.Type, "json-file");

    const before = Date.now();
    assert.equal(await engine.startContainer(id), "started");
    const ended = await engine.waitContainer(id);
    assert.deepEqual(ended, { statusCode: 3 });
    const exited = await engine.inspectContainer(id);
    assert.equal(exited?.state.status, "exited");
    assert.equal(exited.state.exitCode, 3);
    assert.equal(exited.state.oomKilled, false);
    assert.ok((exited.state.startedAt ?? 0) > before - 60_000);
    assert.ok(exited.state.finishedAt !== undefined);

    assert.equal(await engine.removeContainer(id), "removed");
    assert.equal(await engine.removeContainer(id), "gone");
    assert.equal(await engine.inspectContainer(id), undefined);
  }));

Deno.test("start and stop say what they found, and a kill is seen", () =>
  withTestEngine(async (engine) => {
    const id = await create(engine, "exec sleep 1000", { HostConfig: { Init: true } });
    assert.equal(await engine.startContainer(id), "started");
    assert.equal(await engine.startContainer(id), "already");
    assert.equal((await engine.inspectContainer(id))?.state.running, true);
    assert.equal(await engine.stopContainer(id, { graceSecs: 10 }), "stopped");
    assert.equal((await engine.inspectContainer(id))?.state.exitCode, 143);
    assert.equal(await engine.stopContainer(id, { graceSecs: 10 }), "already");
    await engine.startContainer(id);
    await post(engine, `/containers/${id}/kill`);
    await engine.waitContainer(id);
    assert.equal((await engine.inspectContainer(id))?.state.exitCode, 137);
    await engine.removeContainer(id);
    assert.equal(await engine.stopContainer(id, { graceSecs: 0 }), "gone");
  }));

Deno.test("a taken name and a missing image are told by their status", () =>
  withTestEngine(async (engine) => {
    const name = uniqueName("name");
    const id = await engine.createContainer(name, shell("true"));
    await assert.rejects(
      engine.createContainer(name, shell("true")),
      (error) => error instanceof EngineError && traitsOf(engine).isNameTaken(error),
    );
    const missing = { ...shell("true"), Image: "agent-core-no-such-image:1" };
    await assert.rejects(engine.createContainer(uniqueName("x"), missing), { status: 404 });
    await engine.removeContainer(id);
  }));

Deno.test("a failed start throws and leaves its reason in the container", () =>
  withTestEngine(async (engine) => {
    for (const [code, spec] of FAILED_STARTS) {
      const id = await create(engine, "", spec);
      let detail = "";
      await assert.rejects(engine.startContainer(id), (error) => {
        assert.ok(error instanceof EngineError && !error.unreachable);
        detail = error.detail ?? "";
        return true;
      });
      const state = (await engine.inspectContainer(id))?.state;
      assert.equal(state?.status, "created");
      const { exitCode } = state;
      assert.equal(traitsOf(engine).ownFault({ exitCode, error: detail }), code, detail);
      if (engine.name === "Docker") {
        assert.equal(exitCode, code);
        assert.equal(state.error, detail);
      }
      await engine.removeContainer(id);
    }
  }));

/** The exit code that stands for each. */
const FAILED_STARTS = [
  [127, { Cmd: ["/no/such/program"] }],
  [127, { Cmd: ["no-such-program"] }],
  [126, { Cmd: ["/etc/passwd"] }],
  [128, { Cmd: ["true"], User: "nobody-knows" }],
  [128, { Cmd: ["true"], User: "0:no-such-group" }],
] as const;

/** Without what Podman's builder leaves on an image. */
function ownLabels({ labels }: { readonly labels: Readonly<Record<string, string>> }) {
  const { "io.buildah.version": _, ...own } = labels;
  return own;
}

Deno.test("Mounts refuses a host folder that is missing, or makes it", () =>
  withTestEngine(async (engine) => {
    const folder = await Deno.makeTempDir();
    const Source = `${folder}/missing`;
    const spec = shell("true", {
      HostConfig: { Mounts: [{ Type: "bind", Source, Target: "/data" }] },
    });
    const creating = engine.createContainer(uniqueName("mount"), spec);
    if (traitsOf(engine).refusesMissingMounts) {
      await assert.rejects(creating, { status: 400 });
      await assert.rejects(Deno.stat(Source), Deno.errors.NotFound);
    } else {
      await engine.removeContainer(await creating);
      assert.ok((await Deno.stat(Source)).isDirectory);
    }
    await Deno.remove(folder, { recursive: true });
  }));

Deno.test("wait opens before start, answers after the exit, and can be given up", () =>
  withTestEngine(async (engine) => {
    const { id, statusCode } = await runToEnd(engine, "exit 7");
    assert.equal(statusCode, 7);

    const giveUp = new AbortController();
    const opened = Promise.withResolvers<void>();
    const waiting = engine.waitContainer(id, {
      condition: "next-exit",
      signal: giveUp.signal,
      onOpen: opened.resolve,
    });
    await opened.promise;
    giveUp.abort(new Error("enough"));
    await assert.rejects(waiting, { message: "enough" });
    await engine.removeContainer(id);
    await assert.rejects(engine.waitContainer(id), { status: 404 });
  }));

Deno.test("a call with an aborted signal is not sent", () =>
  withTestEngine(async (engine) => {
    const name = uniqueName("aborted");
    const signal = AbortSignal.abort(new Error("too late"));
    await assert.rejects(engine.createContainer(name, shell("true"), signal), /too late/);
    assert.equal(await engine.inspectContainer(name), undefined);
  }));

Deno.test("lists by every label, ended containers too", () =>
  withTestEngine(async (engine) => {
    const mine = { ...TEST_LABELS, "agent-core.test.kind": "a=b" };
    const { id } = await runToEnd(engine, "true", { Labels: mine });
    const other = await create(engine, "true");
    const found = await engine.listContainers({ labels: mine });
    assert.deepEqual(found.map((container) => container.id), [id]);
    assert.equal(found[0].state, "exited");
    assert.deepEqual(ownLabels(found[0]), mine);
    assert.match(found[0].name, /^agent-core-test-docker-/);
    assert.equal((await engine.listContainers({ labels: TEST_LABELS })).length, 2);
    assert.deepEqual(await engine.listContainers({ labels: TEST_LABELS, all: false }), []);
    for (const container of [id, other]) await engine.removeContainer(container);
  }));

Deno.test("several removals of one container: each ends with it gone", () =>
  withTestEngine(async (engine) => {
    const id = await create(engine, "exec sleep 1000");
    await engine.startContainer(id);
    await assert.rejects(engine.removeContainer(id), EngineError);
    assert.equal((await engine.inspectContainer(id))?.state.running, true);
    const results = await Promise.all(
      [1, 2, 3, 4].map(() => engine.removeContainer(id, { force: true })),
    );
    assert.ok(results.includes("removed"), results.join());
    // Podman says it to each of them.
    const removals = results.filter((result) => result === "removed").length;
    assert.ok(removals === 1 || engine.name === "Podman", results.join());
    assert.equal(await engine.inspectContainer(id), undefined);
  }));

Deno.test("stats has the memory of a running container only", () =>
  withTestEngine(async (engine) => {
    const id = await create(engine, "exec sleep 1000", { HostConfig: { Memory: 64 << 20 } });
    assert.deepEqual(await engine.stats(id), {});
    await engine.startContainer(id);
    const stats = await until(async () => {
      const now = await engine.stats(id);
      return now?.memory ? now : undefined;
    });
    assert.ok((stats.memory ?? 0) < 64 << 20);
    await engine.removeContainer(id, { force: true });
    assert.equal(await engine.stats(id), undefined);
  }));

Deno.test("what cannot be a container's name never becomes part of a URL", () =>
  withTestEngine(async (engine) => {
    for (const name of ["", "..", "../images", "a/b", "a?force=1", "a b", "ä", "x".repeat(300)]) {
      await assert.rejects(engine.inspectContainer(name), { name: "Failure" }, name);
      await assert.rejects(async () => await engine.removeContainer(name), { name: "Failure" });
    }
  }));

Deno.test("says what engine it is", () =>
  withTestEngine(async (engine) => {
    const [version, info] = await Promise.all([engine.version(), engine.info()]);
    assert.match(version.version, /^\d+\./);
    assert.match(engine.apiVersion, /^1\.\d+$/);
    const byComponents = version.components.includes("Podman Engine") ? "Podman" : "Docker";
    assert.equal(engine.name, byComponents);
    assert.equal(info.osType, "linux");
    assert.ok(info.runtimes.length > 0);
    assert.equal(await engine.startMark(), await engine.startMark());
  }));
