// Nothing may be installed here: the service manager of this machine is out of reach in every test.
import assert from "node:assert/strict";
import { join } from "@std/path";

import { hindranceOf } from "../../src/daemon/mod.ts";
import { createPlace, type Place } from "./support/place.ts";
import { program } from "./support/program.ts";

const ignore = Deno.build.os !== "linux";
const LAB = { name: "lab", uid: 54321, gid: 54321, gids: [54321] };
const INSTALL = ["install-service", "--system", "--name", "agent-core-test", "--run-as"];

/** An engine's socket that the group `gid` may use, and an account `lab` that owns nothing. */
async function withAccount(place: Place) {
  await Deno.chmod(place.folder, 0o755);
  const bin = join(place.folder, "bin");
  await Deno.mkdir(bin);
  const id = `#!/bin/sh\ncase $3 in lab) echo ${LAB.uid};; root) echo 0;; *) exit 1;; esac\n`;
  await Deno.writeTextFile(join(bin, "id"), id, { mode: 0o755 });
  const refuse = "#!/bin/sh\necho 'no services in tests' >&2\nexit 1\n";
  await Deno.writeTextFile(join(bin, "systemctl"), refuse, { mode: 0o755 });
  const socket = join(place.folder, "docker.sock");
  const listener = Deno.listen({ transport: "unix", path: socket });
  await Deno.chmod(socket, 0o660);
  return {
    socket,
    env: {
      HOME: place.folder,
      PATH: `${bin}:${Deno.env.get("PATH")}`,
      DOCKER_HOST: `unix://${socket}`,
      DOCKER_CONTEXT: "",
    },
    [Symbol.dispose]: () => listener.close(),
  };
}

async function configure(place: Place, more = "") {
  const agent = { serviceId: "svc_lab", apiKey: "ak_agent_secret" };
  await place.configure({ url: "http://127.0.0.1:1", agent, more });
}

Deno.test({
  name: "--run-as names an account that is not there, and how to make it",
  ignore,
  async fn() {
    await using place = await createPlace();
    await configure(place);
    using lab = await withAccount(place);
    const { code, stderr } = await place.run([...INSTALL, "nobody-here"], lab.env);
    assert.equal(code, 1);
    assert.match(
      stderr,
      /no account nobody-here .*: sudo useradd --system --create-home nobody-here/,
    );
  },
});

Deno.test({
  name: "--run-as says all that the account lacks, each with the command that gives it",
  ignore,
  async fn() {
    await using place = await createPlace();
    const mount = join(place.folder, "lab's data");
    await Deno.mkdir(mount, { mode: 0o700 });
    await configure(place, `[[paths.mounts]]\nhost = "${mount}"\ncontainer = "/lab"`);
    using lab = await withAccount(place);
    const first = await place.run([...INSTALL, "lab"], lab.env);
    assert.equal(first.code, 1);
    assert.match(first.stderr, /The account lab cannot run agent-core yet, so no service/);
    assert.ok(
      first.stderr.includes(
        `cannot read ${place.configPath}. Allow it to: ` +
          `sudo chown lab: ${place.configPath}\n`,
      ),
      first.stderr,
    );
    assert.ok(first.stderr.includes(`sudo install -d -o lab -m 700 ${place.dataDir}\n`));
    assert.match(first.stderr, /engine.*docker\.sock/);
    assert.doesNotMatch(first.stderr, /no services in tests/);

    await Deno.mkdir(place.dataDir, { mode: 0o755 });
    await Deno.chmod(place.configPath, 0o644);
    await Deno.chmod(lab.socket, 0o666);
    const second = await place.run([...INSTALL, "lab"], lab.env);
    assert.ok(second.stderr.includes(`: sudo chown -R lab: ${place.dataDir}\n`), second.stderr);
    assert.doesNotMatch(second.stderr, /config\.toml\. |docker\.sock/);

    assert.ok(second.stderr.includes(`cannot read the mount ${mount}.`), second.stderr);
    const quoted = `'${mount.replace("'", `'\\''`)}'`;
    assert.ok(second.stderr.includes(`: sudo setfacl -R -m u:lab:rX ${quoted}\n`));

    await Deno.chmod(place.folder, 0o700);
    const third = await place.run([...INSTALL, "lab"], lab.env);
    const [, refused] = third.stderr.split("Error: ");
    assert.equal(refused.split(`cannot enter ${place.folder}, `).length, 2, "once is enough");
    assert.ok(refused.includes(`: sudo chmod o+x ${place.folder}\n`));

    // From source it is deno's path.
    const command = program()[0];
    const isOutOfReach = await hindranceOf(LAB, command, "run") !== undefined;
    assert.equal(third.stderr.includes(`cannot run ${command}. `), isOutOfReach, third.stderr);

    // Who lacks nothing gets as far as the service manager.
    const root = await place.run([...INSTALL, "root"], lab.env);
    assert.match(root.stderr, /no services in tests/);
    assert.doesNotMatch(root.stderr, /cannot read|cannot run/);
  },
});

Deno.test({
  name: "--run-as names the group of the engine's socket",
  // Only root may give a file to a group that it is not in.
  ignore: ignore || Deno.uid() !== 0,
  async fn() {
    await using place = await createPlace();
    await configure(place);
    using lab = await withAccount(place);
    const group = (await Deno.readTextFile("/etc/group")).split("\n")
      .map((line) => line.split(":")).find(([, , gid]) => Number(gid) > 0)!;
    await Deno.chown(lab.socket, 0, Number(group[2]));
    const { stderr } = await place.run([...INSTALL, "lab"], lab.env);
    assert.match(stderr, new RegExp(`not in the group ${group[0]}, .*docker\\.sock`));
    assert.ok(stderr.includes(`: sudo usermod -aG ${group[0]} lab\n`), stderr);
  },
});
