import { packTar, type TarEntry } from "modern-tar";
import type { Engine } from "../../src/docker/mod.ts";

/** A small image: the machine's static busybox under its many names, root and the user `worker`. */
export const TEST_IMAGE = "agent-core-test:latest";

/** Told apart from an older make of the image, which is then built anew. */
const MAKE = "AGENT_CORE_TEST_IMAGE=3";
const PLACES = ["/bin/busybox", "/usr/bin/busybox"];

/** The names that tests call busybox by. */
const COMMANDS =
  "arch ash awk base64 basename cat chgrp chmod chown cmp cp cut date dd df dirname du " +
  "echo egrep env expr false find fold free getopt grep gunzip gzip head hostname id ifconfig ip kill " +
  "killall ln ls md5sum mkdir mkfifo mknod mktemp mount mv nc nproc nslookup od paste ping pidof " +
  "printenv printf ps pwd readlink realpath rm rmdir sed seq sh sha256sum sleep sort stat stty sync " +
  "tail tar tee test time timeout touch tr true truncate tty umount uname uniq unlink unzip usleep " +
  "vi wc wget which whoami xargs yes zcat";

/** Builds the test image unless the engine has it. */
export async function ensureTestImage(engine: Engine): Promise<void> {
  const found = await engine.inspectImage(TEST_IMAGE);
  if (found?.env.includes(MAKE)) return;
  const context = ReadableStream.from([await packTar(await entries())]);
  await engine.buildImage(context, { tag: TEST_IMAGE });
  // An older make of it is left without a name, unless a container still has it.
  if (found) await engine.removeImage(found.id).catch(() => {});
}

async function entries(): Promise<TarEntry[]> {
  const busybox = await readBusybox();
  const root = "rootfs";
  return [
    file("Dockerfile", `FROM scratch\nCOPY ${root}/ /\nENV PATH=/bin ${MAKE}\nCMD ["sh"]\n`),
    ...["bin", "etc", "home", "proc", "sys", "dev", "var", "root"]
      .map((name) => folder(`${root}/${name}`, 0o755)),
    folder(`${root}/tmp`, 0o1777),
    folder(`${root}/home/worker`, 0o777),
    folder(`${root}/workspace`, 0o755),
    file(
      `${root}/etc/passwd`,
      "root:x:0:0:root:/root:/bin/sh\nworker:x:1000:1000:worker:/home/worker:/bin/sh\n",
    ),
    file(`${root}/etc/group`, "root:x:0:\nworker:x:1000:\n"),
    { header: { name: `${root}/bin/busybox`, size: busybox.length, mode: 0o755 }, body: busybox },
    ...COMMANDS.split(" ").map((name): TarEntry => ({
      header: { name: `${root}/bin/${name}`, size: 0, type: "symlink", linkname: "busybox" },
    })),
    // So that `bash` and `python3` can be called: what a script gets of them is a shell.
    ...["bash", "python3"].map((name) => file(`${root}/bin/${name}`, SHELL, 0o755)),
  ];
}

const SHELL = '#!/bin/sh\nexec sh "$@"\n';

function file(name: string, text: string, mode = 0o644): TarEntry {
  const body = new TextEncoder().encode(text);
  return { header: { name, size: body.length, mode }, body };
}

function folder(name: string, mode: number): TarEntry {
  return { header: { name: `${name}/`, size: 0, type: "directory", mode } };
}

async function readBusybox(): Promise<Uint8Array> {
  for (const path of PLACES) {
    const bytes = await Deno.readFile(path).catch(() => undefined);
    // Only a static one runs in an empty image: a dynamic one names its loader.
    if (bytes && !new TextDecoder("latin1").decode(bytes).includes("/ld-linux")) return bytes;
  }
  throw new Error(
    `The test image needs a static busybox at ${PLACES.join(" or ")}: ` +
      "apt-get install busybox-static (or `./dev test`, which does).",
  );
}
