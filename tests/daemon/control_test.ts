import assert from "node:assert/strict";
import { connect } from "node:net";
import { dirname, join } from "@std/path";
import type { ControlHandlers, ServeControlOptions } from "../../src/daemon/control_server.ts";
import {
  acquireLock,
  callControl,
  ControlFailure,
  NotRunning,
  serveControl,
  type StatusReport,
} from "../../src/daemon/mod.ts";
import { Failure, verbatim } from "../../src/i18n/mod.ts";
import { startAgent, tempFolder, unix } from "./helpers.ts";

const report: StatusReport = {
  ready: true,
  pid: Deno.pid,
  version: "1.2.3",
  startedAt: 1_700_000_000_000,
  draining: false,
  lastError: { zh: "引擎不可达", en: "engine away" },
  engine: { state: "away", since: 5, detail: "unix:///var/run/docker.sock" },
  tasks: [{ taskId: "任务-1", state: "running", attempt: 2, startedAt: 17 }],
};
const status = { command: "status" } as const;

async function serving(
  dataDir: string,
  handlers: Partial<ControlHandlers> = {},
  more: Partial<ServeControlOptions> = {},
) {
  const lock = await acquireLock(dataDir);
  const control = await serveControl({
    dataDir,
    handlers: { status: () => report, stop: () => {}, fail: () => {}, ...handlers },
    ...more,
  });
  return {
    address: control.address,
    control,
    async [Symbol.asyncDispose]() {
      await control[Symbol.asyncDispose]();
      await lock[Symbol.asyncDispose]();
    },
  };
}

async function secretOf(dataDir: string): Promise<string> {
  return JSON.parse(await Deno.readTextFile(join(dataDir, "agent.control"))).secret;
}

/** Sends raw bytes and gives everything that comes back before the other side closes. */
function raw(address: string, send: Iterable<string | Uint8Array>): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    const socket = connect(address, () => {
      for (const part of send) socket.write(part);
    });
    socket.on("data", (chunk: Uint8Array) => text += new TextDecoder().decode(chunk));
    socket.on("error", () => {});
    socket.on("close", () => resolve(text));
  });
}

Deno.test("control: status comes as it was given, and stop says how", async () => {
  await using folder = await tempFolder();
  const modes: string[] = [];
  await using _served = await serving(folder.path, { stop: (mode) => void modes.push(mode) });
  assert.deepEqual(await callControl({ dataDir: folder.path, request: status }), report);
  for (const mode of ["leave", "drain", "cancel-tasks"] as const) {
    const answer = await callControl({ dataDir: folder.path, request: { command: "stop", mode } });
    assert.deepEqual(answer, { pid: Deno.pid });
  }
  assert.deepEqual(modes, ["leave", "drain", "cancel-tasks"]);
  const many = await Promise.all(
    Array.from({ length: 20 }, () => callControl({ dataDir: folder.path, request: status })),
  );
  assert.equal(many.length, 20);
});

Deno.test(
  "control: socket and secret are for the owner alone and go with the agent",
  unix,
  async () => {
    await using folder = await tempFolder();
    const names = ["agent.sock", "agent.control"];
    {
      await using served = await serving(folder.path);
      assert.equal(served.address, join(folder.path, "agent.sock"));
      for (const name of names) {
        assert.equal((await Deno.stat(join(folder.path, name))).mode! & 0o777, 0o600, name);
      }
    }
    for (const name of names) await assert.rejects(Deno.stat(join(folder.path, name)));
    await assert.rejects(callControl({ dataDir: folder.path, request: status }), NotRunning);
  },
);

Deno.test("control: without the right secret nothing happens", async () => {
  await using folder = await tempFolder();
  let asked = 0;
  await using served = await serving(folder.path, {
    status: () => (asked++, report),
    stop: () => void asked++,
  });
  const secret = await secretOf(folder.path);
  const request = { command: "stop", mode: "leave" };
  for (const wrong of ["", "x", secret.slice(1), secret + "0", secret.toUpperCase() + "é"]) {
    const answer = await raw(served.address, [JSON.stringify({ secret: wrong, request }) + "\n"]);
    assert.equal(JSON.parse(answer).ok, false);
    assert.ok(!answer.includes(secret));
  }
  assert.equal(asked, 0);
});

Deno.test("control: garbage and giants get a no, and the channel lives on", async () => {
  await using folder = await tempFolder();
  await using served = await serving(folder.path);
  const secret = await secretOf(folder.path);
  const garbage: (string | Uint8Array)[] = [
    "\n",
    "null\n",
    "[]\n",
    "{\n",
    "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    new Uint8Array([0xff, 0xfe, 0, 10]),
    `${JSON.stringify({ secret })}\n`,
    `${JSON.stringify({ secret, request: { command: "rm" } })}\n`,
    `${JSON.stringify({ secret, request: { command: "stop", mode: "now" } })}\n`,
    `${JSON.stringify({ secret, request: { __proto__: null, command: ["status"] } })}\n`,
    `${"[".repeat(4000)}\n`,
    "x".repeat(5000),
    `{"secret":"${"y".repeat(100_000)}"}\n`,
  ];
  for (const bytes of garbage) {
    const answer = await raw(served.address, [bytes]);
    // A peer that is cut off while it is still sending may not get to read why.
    if (answer !== "" || bytes.length < 5000) assert.equal(JSON.parse(answer).ok, false);
  }
  // A gigabyte is not kept: the connection is cut long before.
  const chunk = new Uint8Array(65_536).fill(97);
  await raw(served.address, Array.from({ length: 64 }, () => chunk));
  assert.equal((await callControl({ dataDir: folder.path, request: status })).pid, Deno.pid);
});

Deno.test("control: a question in small pieces is understood", async () => {
  await using folder = await tempFolder();
  await using served = await serving(folder.path);
  const line = JSON.stringify({ secret: await secretOf(folder.path), request: status }) + "\n";
  const answer = JSON.parse(await raw(served.address, line));
  assert.equal(answer.answer.tasks[0].taskId, "任务-1");
});

Deno.test("control: the silent and the many do not block it", async () => {
  await using folder = await tempFolder();
  await using served = await serving(folder.path, {}, { timeoutMs: 300, maxConnections: 4 });
  const idle = await Promise.all(Array.from({ length: 10 }, () => raw(served.address, [])));
  // Those within the limit are told, the others are cut; all are gone in the end.
  assert.equal(idle.length, 10);
  assert.equal((await callControl({ dataDir: folder.path, request: status })).ready, true);
});

Deno.test("control: an error of the agent comes over in both languages", async () => {
  await using folder = await tempFolder();
  await using _served = await serving(folder.path, {
    status: () => {
      throw new Failure({ zh: "日志坏了", en: "journal broken" });
    },
    stop: () => Promise.reject(new Error("plain")),
  });
  await assert.rejects(callControl({ dataDir: folder.path, request: status }), (error: Error) => {
    assert.ok(error instanceof ControlFailure);
    assert.equal(error.kind, "refused");
    assert.deepEqual(error.text, { zh: "日志坏了", en: "journal broken" });
    return true;
  });
  const stop = { command: "stop", mode: "leave" } as const;
  await assert.rejects(callControl({ dataDir: folder.path, request: stop }), (error: Error) => {
    assert.deepEqual((error as Failure).text, verbatim("plain"));
    return true;
  });
});

Deno.test("control: an agent that hangs, or answers nonsense, is told apart", async () => {
  await using folder = await tempFolder();
  const never = Promise.withResolvers<StatusReport>();
  {
    await using _served = await serving(folder.path, { status: () => never.promise });
    await assert.rejects(
      callControl({ dataDir: folder.path, request: status, timeoutMs: 200 }),
      { name: "ControlFailure", kind: "silent" },
    );
    const aborted = AbortSignal.abort(new Error("enough"));
    await assert.rejects(
      callControl({ dataDir: folder.path, request: status, signal: aborted }),
      /enough/,
    );
  }
  await using _served = await serving(folder.path, {
    status: () => ({ ...report, pid: "x" }) as unknown as StatusReport,
  });
  await assert.rejects(
    callControl({ dataDir: folder.path, request: status }),
    { name: "ControlFailure", kind: "nonsense" },
  );
});

Deno.test("control: an answer under way gets out when the agent goes", async () => {
  await using folder = await tempFolder();
  await using served = await serving(folder.path, {
    stop: () => void served.control[Symbol.asyncDispose](),
  });
  const stop = { command: "stop", mode: "leave" } as const;
  assert.deepEqual(await callControl({ dataDir: folder.path, request: stop }), { pid: Deno.pid });
  await served.control[Symbol.asyncDispose]();
  await assert.rejects(Deno.stat(served.address));
});

Deno.test("control: too long a path for a socket goes to a private folder", unix, async () => {
  await using folder = await tempFolder();
  const dataDir = join(folder.path, "很长的名字".repeat(10), "d".repeat(60));
  let address: string;
  {
    await using served = await serving(dataDir);
    address = served.address;
    assert.ok(new TextEncoder().encode(address).length <= 103);
    assert.equal((await Deno.stat(dirname(address))).mode! & 0o777, 0o700);
    assert.equal((await callControl({ dataDir, request: status })).version, "1.2.3");
  }
  await assert.rejects(Deno.stat(dirname(address)), Deno.errors.NotFound);
  // One that was killed leaves its folder: the next start removes it.
  const agent = await startAgent("ready", dataDir);
  const { address: old } = JSON.parse(await Deno.readTextFile(join(dataDir, "agent.control")));
  assert.ok(await Deno.stat(old));
  await agent[Symbol.asyncDispose]();
  await using _served = await serving(dataDir);
  await assert.rejects(Deno.stat(dirname(old)), Deno.errors.NotFound);
});

Deno.test("control: what a killed agent left is replaced, and never asked", unix, async () => {
  await using folder = await tempFolder();
  const agent = await startAgent("ready", folder.path);
  assert.equal((await callControl({ dataDir: folder.path, request: status })).pid, agent.pid);
  // A copy of the data folder of a running agent leads nowhere.
  await using copy = await tempFolder();
  for (const name of ["agent.lock", "agent.pid", "agent.holder", "agent.control"]) {
    await Deno.copyFile(join(folder.path, name), join(copy.path, name));
  }
  await assert.rejects(callControl({ dataDir: copy.path, request: status }), NotRunning);
  await agent[Symbol.asyncDispose]();
  assert.ok(await Deno.lstat(join(folder.path, "agent.sock")));
  await assert.rejects(callControl({ dataDir: folder.path, request: status }), NotRunning);
  await using _served = await serving(folder.path);
  assert.equal((await callControl({ dataDir: folder.path, request: status })).pid, Deno.pid);
});

Deno.test(
  "control: a file of another making in agent.control removes nothing of others",
  unix,
  async () => {
    await using folder = await tempFolder();
    const precious = join(folder.path, "precious");
    await Deno.writeTextFile(precious, "keep me");
    await Deno.writeTextFile(
      join(folder.path, "agent.control"),
      JSON.stringify({ address: precious, secret: "x" }),
    );
    await using _served = await serving(folder.path);
    assert.equal(await Deno.readTextFile(precious), "keep me");
    assert.equal((await callControl({ dataDir: folder.path, request: status })).ready, true);
  },
);

Deno.test("control: an agent that has just begun is waited for", async () => {
  await using folder = await tempFolder();
  await using _lock = await acquireLock(folder.path);
  const asking = callControl({ dataDir: folder.path, request: status });
  await using _control = await serveControl({
    dataDir: folder.path,
    handlers: { status: () => report, stop: () => {}, fail: () => {} },
  });
  assert.equal((await asking).ready, true);
});
