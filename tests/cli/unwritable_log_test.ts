// A log that cannot be written must not end the agent.
import assert from "node:assert/strict";

import { verbatim } from "../../src/i18n/mod.ts";
import { createLogger } from "../../src/log/mod.ts";
import { withServer } from "./support/place.ts";
import { program } from "./support/program.ts";

/**
 * Starts its arguments with both outputs in a pseudo-terminal that is not theirs to be hung up with, closes
 * the other end once the agent is up, and ends as they end.
 */
const CLOSING_TERMINAL = `
import os, pty, subprocess, sys
master, slave = pty.openpty()
child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=slave, stderr=slave, start_new_session=True)
os.close(slave)
seen = b""
while b"is up" not in seen:
    seen += os.read(master, 65536)
os.close(master)
sys.exit(child.wait())
`;

const STARTS: Readonly<Record<string, readonly string[]>> = {
  "a full disk": ["sh", "-c", 'exec "$@" >/dev/full 2>&1', "sh"],
  "a terminal that was closed": ["python3", "-c", CLOSING_TERMINAL],
};

for (const [name, [command, ...args]] of Object.entries(STARTS)) {
  Deno.test({
    name: `the agent works on with ${name} behind its log`,
    ignore: Deno.build.os !== "linux",
    fn: () =>
      withServer(async (place, server) => {
        const agent = server.createAgent("lab");
        await place.configure({ url: server.url, agent });
        const { serviceId } = agent;
        const child = new Deno.Command(command, {
          args: [...args, ...program(), "--log-level", "debug", "run"],
          cwd: place.folder,
          env: { AGENT_CORE_LANG: "en" },
          stdin: "null",
          stdout: "null",
        }).spawn();
        const ended = child.status.then(({ code }) => {
          throw new Error(`the agent has ended with ${code}`);
        });
        ended.catch(() => {});
        for (let n = 0; n < 2; n++) {
          const task = await server.submit({ serviceId, prompt: "x" });
          const done = await Promise.race([server.waitFor(task.id, "ended"), ended]);
          assert.equal(done.status, "completed");
        }
        assert.equal((await place.run(["status"])).code, 0);
        assert.equal((await place.run(["stop"])).code, 0);
        assert.equal((await child.status).code, 0);
      }),
  });
}

Deno.test("a logger never throws, in either form", () => {
  for (const format of ["text", "json"] as const) {
    let tried = 0;
    const write = () => {
      tried++;
      throw new Deno.errors.BrokenPipe("nobody reads");
    };
    const log = createLogger({ lang: "en", level: "debug", format, write });
    for (const level of ["debug", "info", "warn", "error"] as const) log[level](verbatim("x"));
    assert.equal(tried, 4);
  }
});
