import assert from "node:assert/strict";

/** A disk of a test's own, as a folder that is gone with it. */
export interface SmallDisk extends AsyncDisposable {
  readonly path: string;
}

/** Mounts a tmpfs with these options (`size=192m,nr_inodes=3000`); the test needs to be root. */
export async function smallDisk(options: string): Promise<SmallDisk> {
  const path = await Deno.makeTempDir({ prefix: "agent-core-disk-" });
  await run("mount", "-t", "tmpfs", "-o", options, "none", path);
  return {
    path,
    async [Symbol.asyncDispose]() {
      await run("umount", "-l", path);
      await Deno.remove(path);
    },
  };
}

/** What a command of root's prints; it must succeed. */
export async function run(command: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, { args }).output();
  assert.ok(
    success,
    `${command}: ${new TextDecoder().decode(stderr)} (this test needs to be root)`,
  );
  return new TextDecoder().decode(stdout);
}
