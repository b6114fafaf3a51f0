import assert from "node:assert/strict";
import { join } from "@std/path";
import {
  installService,
  serviceFile,
  type ServiceOptions,
  uninstallService,
} from "../../src/daemon/mod.ts";
import { linux, namesIn, tempFolder } from "./helpers.ts";

/**
 * No machine that runs tests may get a service installed, and few run systemd, launchd and Task
 * Scheduler at once: programs of these names on PATH write down what they are asked.
 */
async function withManagers(
  folder: string,
  script: string,
  act: () => Promise<void>,
): Promise<string[]> {
  const bin = join(folder, "bin");
  const asked = join(folder, "asked");
  await Deno.mkdir(bin, { recursive: true });
  await Deno.writeTextFile(asked, "");
  for (const name of ["systemctl", "launchctl", "schtasks"]) {
    const text = `#!/bin/sh\necho "${name} $*" >> '${asked}'\n${script}\n`;
    await Deno.writeTextFile(join(bin, name), text, { mode: 0o755 });
  }
  const path = Deno.env.get("PATH") ?? "";
  Deno.env.set("PATH", `${bin}:${path}`);
  try {
    await act();
  } finally {
    Deno.env.set("PATH", path);
  }
  return (await Deno.readTextFile(asked)).trimEnd().split("\n");
}

const optionsFor = (folder: string): ServiceOptions => ({
  scope: "user",
  program: { command: "/opt/agent-core", args: [] },
  args: ["run"],
  dataDir: folder,
  workingDir: folder,
});

Deno.test(
  "install: systemd's user unit is written, enabled, started, and taken away again",
  linux,
  async () => {
    await using folder = await tempFolder();
    const place = { home: folder.path, userName: "lab", os: "linux" } as const;
    const options = optionsFor(folder.path);
    const path = join(folder.path, ".config/systemd/user/agent-core.service");
    const asked = await withManagers(folder.path, "exit 0", async () => {
      const { file, messages } = await installService(options, place);
      assert.equal(file.path, path);
      assert.equal(await Deno.readTextFile(path), serviceFile(options, place).text);
      assert.match(messages.map((text) => text.en).join("\n"), /loginctl enable-linger lab/);
      const removed = await uninstallService(options, place);
      assert.match(removed.messages[0].en, /removed/);
      await assert.rejects(Deno.stat(path), Deno.errors.NotFound);
      const again = await uninstallService(options, place);
      assert.match(again.messages[0].en, /not installed/);
    });
    assert.deepEqual(asked, [
      "systemctl --user --version",
      "systemctl --user daemon-reload",
      "systemctl --user enable agent-core.service",
      "systemctl --user restart agent-core.service",
      "systemctl --user --version",
      "systemctl --user disable --now agent-core.service",
      "systemctl --user daemon-reload",
    ]);
  },
);

Deno.test("install: launchd and Task Scheduler are asked in their own way", linux, async () => {
  await using folder = await tempFolder();
  const options = optionsFor(folder.path);
  const plist = join(folder.path, "Library/LaunchAgents/openaaas.agent-core.plist");
  const mac = await withManagers(folder.path, "exit 0", async () => {
    const place = { home: folder.path, uid: 501, os: "darwin" } as const;
    await installService(options, place);
    await uninstallService(options, place);
  });
  assert.deepEqual(mac, [
    "launchctl version",
    "launchctl bootout gui/501/openaaas.agent-core",
    "launchctl enable gui/501/openaaas.agent-core",
    `launchctl bootstrap gui/501 ${plist}`,
    "launchctl version",
    "launchctl bootout gui/501/openaaas.agent-core",
  ]);
  const task = join(folder.path, "agent-core.task.xml");
  const windows = await withManagers(folder.path, "exit 0", async () => {
    const place = { home: folder.path, userName: "x", os: "windows" } as const;
    await installService(options, place);
    const bytes = await Deno.readFile(task);
    assert.deepEqual([...bytes.subarray(0, 4)], [0xff, 0xfe, 0x3c, 0]);
    assert.match(new TextDecoder("utf-16le").decode(bytes), /^<\?xml[^]*<\/Task>\r\n$/);
    await uninstallService(options, place);
  });
  assert.deepEqual(windows, [
    "schtasks /?",
    `schtasks /Create /TN agent-core /XML ${task} /F`,
    "schtasks /Run /TN agent-core",
    "schtasks /?",
    "schtasks /End /TN agent-core",
    "schtasks /Delete /TN agent-core /F",
  ]);
});

Deno.test("install: a manager that refuses is quoted, and nothing stays", linux, async () => {
  await using folder = await tempFolder();
  const place = { home: folder.path, os: "linux" } as const;
  const script = `case "$*" in *restart*) echo 'Failed: 没有总线' >&2; exit 1;; esac`;
  const asked = await withManagers(folder.path, script, async () => {
    await assert.rejects(installService(optionsFor(folder.path), place), {
      name: "Failure",
      message: /systemctl --user restart agent-core\.service.*没有总线/,
    });
  });
  assert.ok(asked.includes("systemctl --user disable --now agent-core.service"));
  await assert.rejects(
    Deno.stat(join(folder.path, ".config/systemd/user/agent-core.service")),
    Deno.errors.NotFound,
  );
});

Deno.test(
  "install: without the manager, or without the right to write, it says so",
  linux,
  async () => {
    await using folder = await tempFolder();
    const options = optionsFor(folder.path);
    // There is no launchctl on this system.
    await assert.rejects(installService(options, { home: folder.path, os: "darwin" }), {
      message: /The command launchctl was not found.*nothing was changed/,
    });
    const inTheWay = join(folder.path, "file");
    await Deno.writeTextFile(inTheWay, "");
    await withManagers(folder.path, "exit 0", async () => {
      await assert.rejects(installService(options, { home: inTheWay, os: "linux" }), {
        message: /Cannot write or remove the service file/,
      });
    });
  },
);

Deno.test(
  "install: variables go into a file for the account alone, renewed and removed with the service",
  linux,
  async () => {
    await using folder = await tempFolder();
    const place = { home: folder.path, os: "linux" } as const;
    const units = join(folder.path, ".config/systemd/user");
    const file = join(units, "agent-core.env");
    const options = optionsFor(folder.path);
    const secret = { HTTPS_PROXY: "http://lab:hush@proxy:3128", NO_PROXY: ".local" };
    await withManagers(folder.path, "exit 0", async () => {
      // Only root may give a file away; its own account always may.
      const owner = Deno.uid() === 0 ? { uid: 1, gid: 1 } : { uid: Deno.uid()!, gid: Deno.gid()! };
      const first = await installService({ ...options, owner, variables: secret }, place);
      const said = first.messages.map((text) => text.zh + text.en).join("\n");
      assert.match(said, /HTTPS_PROXY, NO_PROXY/);
      assert.doesNotMatch(said, /hush/);
      const { mode, uid, gid } = await Deno.stat(file);
      assert.deepEqual([mode! & 0o777, uid, gid], [0o600, owner.uid, owner.gid]);
      assert.match(await Deno.readTextFile(file), /^HTTPS_PROXY="http:\/\/lab:hush@proxy:3128"$/m);
      assert.doesNotMatch(await Deno.readTextFile(join(units, "agent-core.service")), /hush/);
      await installService({ ...options, variables: { NO_PROXY: "*" } }, place);
      assert.equal(await Deno.readTextFile(file), 'NO_PROXY="*"\n');
      await uninstallService(options, place);
      assert.deepEqual(await namesIn(units), []);
      await installService({ ...options, variables: secret }, place);
      await installService(options, place);
      assert.deepEqual(await namesIn(units), ["agent-core.service"]);
    });
    const refusing = `case "$*" in *restart*) exit 1;; esac`;
    await withManagers(folder.path, refusing, async () => {
      await assert.rejects(installService({ ...options, variables: secret }, place));
      assert.deepEqual(await namesIn(units), []);
    });
  },
);
