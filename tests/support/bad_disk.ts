import { join } from "@std/path";
import { run } from "./small_disk.ts";

/** A disk with bad sectors. */
export interface BadDisk extends AsyncDisposable {
  /** From here on reading the bytes of these files fails with EIO. */
  spoil(...files: string[]): Promise<void>;
  /** They can be read again, and begin otherwise. */
  mend(): Promise<void>;
}

const BLOCK = 4096;
/** One group of ext4, which begins to look for room in one of its sixteenths. */
const BLOCKS = 32_768;
/** A thousand blocks into the last of them: beyond what a test's few files take. */
const FIRST_BAD = (BLOCKS * 15) / 16 + 1_000;

/**
 * Mounts an ext4 at `path`, an existing folder. Its image ends where the bad sectors begin, and reading
 * beyond that is a real EIO; spoilt files have their first block there. Linux, as root.
 */
export async function badDisk(path: string): Promise<BadDisk> {
  const folder = await Deno.makeTempDir({ prefix: "agent-core-disk-" });
  const image = join(folder, "image");
  await run("truncate", "-s", `${BLOCKS * BLOCK}`, image);
  // A journal could lie among the bad sectors; extents could not be moved there so simply.
  const features = "^has_journal,^extent,^64bit";
  await run("mkfs.ext4", "-q", "-b", `${BLOCK}`, "-O", features, image);
  const device = (await run("losetup", "-f", "--show", image)).trim();
  const mount = () => run("mount", "-o", "noatime", device, path);
  await mount();
  /** Unmounted, so that nothing is read from memory. */
  const unmounted = async (work: () => Promise<unknown>) => {
    await run("umount", path);
    await work();
    await mount();
  };
  return {
    spoil: (...files) =>
      unmounted(async () => {
        for (const [index, file] of files.entries()) {
          const change = `set_inode_field ${file} block[0] ${FIRST_BAD + 1 + index}`;
          await run("debugfs", "-w", "-R", change, device);
        }
        await run("truncate", "-s", `${FIRST_BAD * BLOCK}`, image);
      }),
    mend: () => unmounted(() => run("truncate", "-s", `${BLOCKS * BLOCK}`, image)),
    async [Symbol.asyncDispose]() {
      await run("umount", "-l", path);
      await run("losetup", "-d", device);
      await Deno.remove(folder, { recursive: true });
    },
  };
}
