import assert from "node:assert/strict";
import { join } from "@std/path";

import { startNamed } from "../support/named_process.ts";
import { CHINESE, withServer } from "./support/place.ts";

Deno.test("an agent without this program's lock keeps run and run-detached out until it ends", async () => {
  await withServer(async (place, server) => {
    await place.configure({ url: server.url, agent: server.createAgent("lab") });
    const pidFile = join(place.dataDir, "agent.pid");
    await Deno.mkdir(place.dataDir);
    await using other = await startNamed(place.folder, "agent-core");
    await Deno.writeTextFile(pidFile, `${other.pid}\n`);
    for (const command of ["run-detached", "run"]) {
      const { code, stderr } = await place.run([command]);
      assert.equal(code, 1, command);
      const named = `process ${other.pid} \\(agent-core\\), named in ${pidFile}`;
      assert.match(stderr, new RegExp(`${named}.*End that process first.*delete ${pidFile}`, "s"));
    }
    const chinese = await place.run(["run"], { AGENT_CORE_LANG: "zh" });
    assert.match(chinese.stderr, CHINESE);
    const doctor = await place.run(["doctor"]);
    assert.match(doctor.stdout, new RegExp(`\\[problem\\].*process ${other.pid} `));
    assert.equal(doctor.code, 1);
    const stop = await place.run(["stop"]);
    assert.equal(stop.code, 3);
    assert.equal(await Deno.readTextFile(pidFile), `${other.pid}\n`);

    await other.end();
    const up = await place.run(["run-detached"]);
    assert.equal(up.code, 0, up.stderr);
  });
});
