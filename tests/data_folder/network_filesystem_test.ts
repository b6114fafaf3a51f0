import assert from "node:assert/strict";
import { networkFilesystem } from "../../src/data_folder/mod.ts";
import {
  parseMountTable,
  typeInTable,
  windowsShare,
} from "../../src/data_folder/network_filesystem.ts";
import { withLab } from "../workspace/lab.ts";

Deno.test("a local folder is on no network file system", async () => {
  await withLab(async ({ base }) => assert.equal(await networkFilesystem(base), undefined));
});

Deno.test("mount tables of Linux and macOS name the type of what holds a path", () => {
  const linux = parseMountTable(
    "22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw\n" +
      "40 22 0:35 / /home/a\\040b rw shared:2 master:3 - fuse.sshfs me@host: rw\n" +
      "41 22 0:36 / /home/a\\040b/local rw - ext4 /dev/vdb rw\nbroken\n",
    "linux",
  );
  assert.equal(typeInTable(linux, "/home/a b/data"), "fuse.sshfs");
  assert.equal(typeInTable(linux, "/home/a b/local/x"), "ext4");
  assert.equal(typeInTable(linux, "/home/a bc"), "ext4");
  const mac = parseMountTable(
    "/dev/disk3s1 on / (apfs, local, journaled)\n" +
      "//me@nas/lab on /Volumes/lab on disk (smbfs, nodev, nosuid, mounted by me)\n",
    "darwin",
  );
  assert.equal(typeInTable(mac, "/Volumes/lab on disk/agent"), "smbfs");
  assert.equal(typeInTable(mac, "/Users/me"), "apfs");
});

Deno.test("a Windows share is told by its path", () => {
  assert.equal(windowsShare("\\\\server\\share\\data"), "smb");
  assert.equal(windowsShare("\\\\?\\UNC\\server\\share"), "smb");
  assert.equal(windowsShare("\\\\?\\C:\\data"), undefined);
  assert.equal(windowsShare("\\\\.\\C:\\data"), undefined);
  assert.equal(windowsShare("C:\\data"), undefined);
});
