import assert from "node:assert/strict";
import { join } from "@std/path";
import { type Account, findAccount, hindranceOf } from "../../src/daemon/mod.ts";
import { linux, tempFolder, unix } from "./helpers.ts";

/** Somebody who owns nothing here. */
const STRANGER: Account = { name: "stranger", uid: 54321, gid: 54321, gids: [54321] };

/** A folder that everybody may enter, with a file in it. */
async function openFolder() {
  const folder = await tempFolder();
  await Deno.chmod(folder.path, 0o755);
  const file = join(folder.path, "file");
  await Deno.writeTextFile(file, "x");
  await Deno.chmod(file, 0o644);
  return { ...folder, file };
}

Deno.test("access: a file by its mode and by the groups of the account", unix, async () => {
  await using folder = await openFolder();
  const { path, file } = folder;
  assert.equal(await hindranceOf(STRANGER, file, "read"), undefined);
  assert.deepEqual(await hindranceOf(STRANGER, file, "write"), { kind: "forbidden", path: file });
  await Deno.chmod(file, 0o660);
  assert.deepEqual(await hindranceOf(STRANGER, file, "read"), { kind: "forbidden", path: file });
  const { uid, gid } = await Deno.stat(file);
  const member = { ...STRANGER, gids: [54321, gid!] };
  assert.equal(await hindranceOf(member, file, "change"), undefined);
  const owner = { ...STRANGER, uid: uid! };
  assert.equal(await hindranceOf(owner, file, "change"), undefined);
  await Deno.chmod(path, 0o700);
  assert.deepEqual(await hindranceOf(member, file, "read"), { kind: "closed", path });
  assert.equal(await hindranceOf({ ...STRANGER, uid: 0 }, file, "change"), undefined);
});

Deno.test(
  "access: a folder to be changed, with what lies in it or before it is there",
  unix,
  async () => {
    await using folder = await openFolder();
    const { path, file } = folder;
    const data = join(path, "data");
    assert.deepEqual(await hindranceOf(STRANGER, data, "change"), { kind: "absent", path: data });
    assert.equal(await hindranceOf(STRANGER, data, "read"), undefined);
    await Deno.chmod(path, 0o777);
    assert.equal(await hindranceOf(STRANGER, join(data, "deep"), "change"), undefined);
    assert.deepEqual(await hindranceOf(STRANGER, path, "change"), { kind: "forbidden", path });
    await Deno.chmod(file, 0o666);
    assert.equal(await hindranceOf(STRANGER, path, "change"), undefined);
  },
);

Deno.test("access: an access list counts where the mode says no", linux, async () => {
  await using folder = await openFolder();
  const { path, file } = folder;
  await Deno.chmod(file, 0o660);
  const bin = join(path, "bin");
  await Deno.mkdir(bin);
  const before = Deno.env.get("PATH") ?? "";
  const listed = async (list: string) => {
    const script = `#!/bin/sh\ncat <<'END'\nuser::rw-\n${list}\nother::---\n\nEND\n`;
    await Deno.writeTextFile(join(bin, "getfacl"), script, { mode: 0o755 });
    return await hindranceOf(STRANGER, file, "read") === undefined;
  };
  try {
    Deno.env.set("PATH", `${bin}:${before}`);
    assert.equal(await listed("group::rw-"), false);
    assert.equal(await listed("user:54321:r--\ngroup::---\nmask::rw-"), true);
    assert.equal(await listed("user:54321:rw-\ngroup::---\nmask::-w-"), false);
    assert.equal(await listed("group::---\ngroup:54321:r-x\nmask::rwx"), true);
    assert.equal(await listed("user:54321:---\ngroup::---\ngroup:54321:r-x\nmask::rwx"), false);
  } finally {
    Deno.env.set("PATH", before);
  }
});

Deno.test(
  "account: found with its groups, or named with the command that makes it",
  linux,
  async () => {
    const root = await findAccount("root");
    assert.deepEqual([root.uid, root.gid, root.gids.includes(0)], [0, 0, true]);
    await assert.rejects(findAccount("no-such-one"), {
      message: /no account no-such-one .*sudo useradd --system --create-home no-such-one/,
    });
  },
);
