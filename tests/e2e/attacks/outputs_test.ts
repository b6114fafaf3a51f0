import assert from "node:assert/strict";

import type { DevTask } from "../../../src/devserver/mod.ts";
import { createWorld, type World } from "../world.ts";
import {
  assertHarmless,
  NO_RATE,
  NO_RATE_SERVER,
  plantSecret,
  skippedOf,
  STEP,
} from "./outside.ts";

/** What a task leaves behind, and what must come of it. */
interface Attack {
  readonly name: string;
  /** Path of the secret, on the host. */
  readonly script: (secret: string) => string;
  /** Names of the files that arrive. */
  readonly files?: readonly string[];
  /** What is named as left out, with a word of the reason. */
  readonly skipped?: Readonly<Record<string, RegExp>>;
  readonly check?: (world: World, task: DevTask) => void | Promise<void>;
}

const ATTACKS: readonly Attack[] = [
  {
    name: "links to files and folders: absolute, relative, chained, dangling, into /proc",
    script: (secret) => `
      ln -s ${secret} output/absolute
      ln -s ../../../../secret.txt output/relative
      ln -s ../../../config.toml output/config
      ln -s absolute output/chained
      ln -s / output/folder
      ln -s /proc/self/environ output/proc
      ln -s loop output/loop
      ln -s ../output output/self
      ln -s /etc/passwd top
      echo good > output/good`,
    files: ["output/good"],
    skipped: Object.fromEntries(
      ["absolute", "relative", "config", "chained", "folder", "proc", "loop", "self"]
        .map((name) => [`output/${name}`, /link/]).concat([["top", /link/]]),
    ),
  },
  {
    name: "`output` itself is a link, and `output/response.md` is taken through it",
    script: () => "rm -r output; ln -s ../../.. output; echo good > good",
    files: ["good"],
    skipped: { output: /link/ },
  },
  {
    name: "`output` is a file, `input` and `task.json` are links",
    script: (secret) => `
      rm -r output input task.json
      echo words > output; ln -s / input; ln -s ${secret} task.json; echo good > good`,
    files: ["good", "output"],
    skipped: { input: /link/ },
  },
  {
    name: "`output/response.md` is a link, a pipe or a folder",
    script: (secret) => `
      ln -s ${secret} output/response.md; mkfifo response.md; mkdir -p a/output/response.md`,
    files: [],
    skipped: { "output/response.md": /link/, "response.md": /special|regular/ },
  },
  {
    name: "hard links: into a mount they fail, within the workspace they are files",
    script: () => `
      ln /shared/file output/shared 2>/dev/null && exit 9
      echo one > output/one; ln output/one output/two`,
    files: ["output/one", "output/two"],
  },
  {
    name: "pipes do not block, devices cannot be made",
    script: () => `
      mkfifo output/pipe
      mknod output/disk b 8 0 2>/dev/null && exit 9
      mknod output/null c 1 3 2>/dev/null && exit 8
      echo good > output/good`,
    files: ["output/good"],
    skipped: { "output/pipe": /special|regular/ },
  },
  {
    name: "a thousand folders below each other, and paths of 250 KB",
    script: () => `
      n=0; cd output; while [ $n -lt 1000 ]; do mkdir d; cd d; n=$((n+1)); done; echo x > end
      cd /workspace/output; long=$(printf %0250d 0)
      chain=$long; for n in 1 2 3 4 5 6 7 8 9 10; do chain=$chain/$long; done
      mkdir -p $chain; echo x > $chain/end
      for n in $(seq 90); do mkdir -p next/$chain; mv $long next/$chain/; mv next/$long .; rmdir next; done
      echo good > good`,
    check(world, task) {
      const names = sentNames(world, task);
      assert.ok(names.includes("output/good"));
      const reasons = [...skippedOf(task).values()];
      assert.equal(reasons.length, 2, reasons.join());
      for (const reason of reasons) assert.match(reason, /256/);
    },
  },
  {
    name: "names with line breaks, backslashes, escapes, direction marks, 255 bytes, not UTF-8",
    script: () => `
      cd output
      nl=$(printf 'a\\nb'); echo 1 > "$nl"
      echo 2 > 'back\\slash'; echo 3 > 'ends\\'
      esc=$(printf 'esc\\033[31m\\001\\177'); echo 4 > "$esc"
      bidi=$(printf 'x\\342\\200\\256txt.exe'); echo 5 > "$bidi"
      echo 6 > "$(printf %0255d 6)"
      bad=$(printf 'bad\\377\\376'); echo 7 > "$bad"
      bad=$(printf 'bad\\375\\374'); echo 8 > "$bad"
      echo 9 > '"quotes" %22 ; filename=x'
      echo 10 > '-rf'; echo 11 > ' '; echo 12 > '...'
      deep=$(printf 'folder\\n'); mkdir "$deep."; echo 13 > "$deep./file"`,
    async check(world, task) {
      const outputs = await world.outputs(task.id);
      const words = [...outputs.values()].map((bytes) => new TextDecoder().decode(bytes).trim());
      const all = Array.from({ length: 13 }, (_, n) => String(n + 1));
      const lost = all.filter((word) => !words.includes(word));
      // What is not UTF-8 cannot be named by the agent; the engine's archive may still bring it.
      assert.ok(lost.every((word) => ["7", "8"].includes(word)), `lost: ${lost}`);
      if (lost.length > 0) assert.match([...skippedOf(task).values()].join(), /UTF-8/);
      for (const name of outputs.keys()) {
        // deno-lint-ignore no-control-regex
        assert.doesNotMatch(name, /[\x00-\x08\x0a-\x1f\x7f]/);
        assert.ok(!name.endsWith("\\") && name !== "unnamed", name);
      }
      assert.equal(new Set(outputs.keys()).size, outputs.size, "two files of one name");
    },
  },
  {
    name: "sparse files of a terabyte are left out at once, smaller ones are not read in vain",
    script: () => `
      truncate -s 1099511627776 output/tera; truncate -s 4398046511104 other-tera; echo good > output/good`,
    files: ["output/good"],
    skipped: {
      "output/tera": /larger|exceed|limit|over/,
      "other-tera": /larger|exceed|limit|over/,
    },
  },
  {
    name: "no permissions for the agent's user",
    script: () => `
      mkdir -p output/closed; echo x > output/closed/file; echo y > output/secret
      chmod 000 output/closed output/secret; chown -R 1000:1000 output; chmod 000 output .`,
    files: ["output/closed/file", "output/secret"],
  },
  {
    name: "200 left out by name, the others by number",
    script: () => `
      for n in $(seq 700); do ln -s x "output/$(printf '%0200d' $n)"; done; mkfifo p; echo x > output/x`,
    files: ["output/x"],
    check(_world, task) {
      assert.equal(skippedOf(task).size, 200);
      const more = task.output?.skipped_more as { count: number; reason: string }[];
      assert.equal(more.reduce((sum, { count }) => sum + count, 0), 501);
    },
  },
  {
    name: "names and words that grow in JSON keep the report below a megabyte",
    script: () => `
      cd output
      quotes=$(printf '%0110d' 0 | tr 0 '"'); slashes=$(printf '%0110d' 0 | tr 0 '\\\\')
      mkdir -p "$quotes/$slashes/$quotes/$slashes."; cd "$quotes/$slashes/$quotes/$slashes."
      for n in $(seq 250); do echo x > "$quotes$n"; done
      for n in $(seq 250); do c=$(printf '\\001%0100d\\002' $n | tr 0 '\\003'); echo x > "$c"; done
      for n in $(seq 250); do l=$(printf '\\001%0200d' $n | tr 0 '\\003'); ln -s x "$l"; done
      head -c 200000 /dev/zero | tr '\\0' '\\001'
      head -c 200000 /dev/zero | tr '\\0' '\\002' >&2; exit 1`,
    check(_world, task) {
      assert.equal(task.status, "failed");
    },
  },
];

Deno.test("whatever a container leaves behind, nothing of the outside is sent", async (t) => {
  await using world = await createWorld({
    server: NO_RATE_SERVER,
    settings: { executor: { capacity: 2 } },
    more: async (folder) => {
      await Deno.mkdir(`${folder}/shared`);
      await Deno.writeTextFile(`${folder}/shared/file`, "shared");
      return `[[paths.mounts]]\nhost = "${folder}/shared"\ncontainer = "/shared"\n`;
    },
  });
  const secret = await plantSecret(world);
  await world.startAgent(NO_RATE);
  const tasks: DevTask[] = [];
  for (const { script } of ATTACKS) tasks.push(await world.submit(script(secret)));
  for (const [place, attack] of ATTACKS.entries()) {
    const fn = () => check(world, attack, tasks[place].id);
    await t.step({ name: attack.name, ...STEP, fn });
  }
});

async function check(world: World, attack: Attack, id: string): Promise<void> {
  const task = await world.ended(id);
  await assertHarmless(world, task);
  if (attack.files) {
    assert.equal(task.status, "completed", task.errorMessage ?? "");
    assert.deepEqual(sentNames(world, task), attack.files);
  }
  const skipped = skippedOf(task);
  for (const [name, reason] of Object.entries(attack.skipped ?? {})) {
    assert.match(skipped.get(name) ?? `${name} is not named`, reason);
  }
  await attack.check?.(world, task);
}

function sentNames(world: World, task: DevTask): string[] {
  const ids = new Set(task.output?.file_ids as string[] | undefined);
  return world.server.files(task.id).filter(({ id }) => ids.has(id)).map(({ name }) => name).sort();
}
