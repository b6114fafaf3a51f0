// What the agent ends with decides whether a service manager starts it anew.
import assert from "node:assert/strict";
import { join } from "@std/path";

import { isRunning } from "../../src/daemon/mod.ts";
import { eventually, type Place, withServer } from "./support/place.ts";
import { program } from "./support/program.ts";

const SERVICE = { AGENT_CORE_SERVICE: "1" };

/** Runs its arguments in a terminal of their own, which is closed once the agent is up; ends as they end. */
const HANG_UP = `
import os, pty, sys
pid, master = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
seen = b""
while b"is up" not in seen:
    seen += os.read(master, 65536)
os.close(master)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

interface Started {
  readonly child: Deno.ChildProcess;
  /** What it ends with. */
  readonly code: Promise<number>;
  readonly words: () => string;
}

/** Runs a body with a configured agent, and with how the Server shows that, on a system that has signals. */
function withAgentOf(
  name: string,
  body: (place: Place, shown: () => string | undefined) => Promise<void>,
): void {
  Deno.test({
    name,
    ignore: Deno.build.os === "windows",
    fn: () =>
      withServer(async (place, server) => {
        const agent = server.createAgent("lab");
        await place.configure({ url: server.url, agent });
        await body(place, () => server.service(agent.serviceId)?.status);
      }),
  });
}

function start(place: Place, env: Readonly<Record<string, string>> = {}, before: string[] = []) {
  const [command, ...args] = [...before, ...program(), "run"];
  const child = new Deno.Command(command, {
    args,
    cwd: place.folder,
    env: { AGENT_CORE_LANG: "en", ...env },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let words = "";
  const reading = child.stderr.pipeThrough(new TextDecoderStream()).pipeTo(
    new WritableStream({
      write(part) {
        words += part;
      },
    }),
  );
  const code = Promise.all([child.status, reading]).then(([status]) => status.code);
  return { child, code, words: () => words } satisfies Started;
}

async function startUp(place: Place, env?: Readonly<Record<string, string>>): Promise<Started> {
  const started = start(place, env);
  await eventually(() => started.words().includes(" is up: "));
  return started;
}

withAgentOf(
  "a signal that nobody here sent is told as shells do; Ctrl+C is no failure",
  async (place, shown) => {
    const ends = [
      ["SIGTERM", {}, 143],
      ["SIGTERM", SERVICE, 143],
      ["SIGHUP", SERVICE, 129],
      ["SIGINT", {}, 0],
      ["SIGINT", SERVICE, 130],
    ] as const;
    for (const [signal, env, expected] of ends) {
      const { child, code, words } = await startUp(place, env);
      child.kill(signal);
      assert.equal(await code, expected, `${signal}: ${words()}`);
      assert.equal(shown(), "offline");
    }
  },
);

withAgentOf("`stop` stays a stop where it has to send a signal", async (place) => {
  const { code, words } = await startUp(place, SERVICE);
  // Nobody can ask this agent any more.
  for (const name of ["agent.control", "agent.sock"]) await Deno.remove(join(place.dataDir, name));
  assert.equal((await place.run(["stop"])).code, 0);
  assert.equal(await code, 0, words());
  // The mark of it is not the next one's.
  const next = await startUp(place, SERVICE);
  next.child.kill("SIGTERM");
  assert.equal(await next.code, 143);
});

withAgentOf("`stop` stays a stop where it has to kill", async (place) => {
  const frozen = await startUp(place, SERVICE);
  frozen.child.kill("SIGSTOP");
  assert.match((await place.run(["stop"])).stdout, /killed|by force/i);
  assert.notEqual(await frozen.code, 0);
  // What a service manager does with an agent that was killed.
  const again = start(place, SERVICE);
  assert.equal(await again.code, 0);
  assert.match(again.words(), /Not started: agent-core stop has just killed/);
  const wanted = await startUp(place, SERVICE);
  assert.equal((await place.run(["stop"])).code, 0);
  assert.equal(await wanted.code, 0);
});

withAgentOf("an agent that a person starts after such a kill comes up", async (place) => {
  const frozen = await startUp(place);
  frozen.child.kill("SIGSTOP");
  await place.run(["stop"]);
  await frozen.code;
  const next = await startUp(place);
  next.child.kill("SIGINT");
  assert.equal(await next.code, 0);
});

withAgentOf(
  "a terminal that is closed ends the agent in peace, with 129",
  async (place, shown) => {
    const { code, words } = start(place, {}, ["python3", "-c", HANG_UP]);
    assert.equal(await code, 129, words());
    assert.equal(await isRunning(place.dataDir), false);
    assert.equal(shown(), "offline");
  },
);
