import assert from "node:assert/strict";
import { join } from "@std/path";

import type { DevTask, Submission } from "../../src/devserver/mod.ts";
import type { World } from "./world.ts";

/** What a task of the fault harness does: notes that it ran, makes three files, says a word. */
export function workScript(name: string, seconds = 0): string {
  return [
    `echo "$TASK_ID" >> /runs/${name}`,
    `echo "begin ${name}"`,
    `sleep ${seconds}`,
    `echo "answer of ${name}" > output/response.md`,
    `mkdir -p output/data; seq 1 2000 > output/data/numbers.txt`,
    `cat input/02-*.bin > output/data/copy.bin`,
    `echo "end ${name}"`,
  ].join("\n");
}

/** A task of the harness, and what must come of it. */
export interface Work {
  /** Unique in its world; also the name of the file that its containers note themselves in. */
  readonly name: string;
  readonly task: DevTask;
  readonly input: Uint8Array<ArrayBuffer>;
}

/** Submits a task whose true result is known. */
export async function submitWork(
  world: World,
  name: string,
  { seconds = 0, ...more }: { readonly seconds?: number } & Partial<Submission> = {},
): Promise<Work> {
  const input = crypto.getRandomValues(new Uint8Array(20_000));
  const task = await world.submit(
    workScript(name, seconds),
    [{ name: "data.bin", content: input }],
    more,
  );
  return { name, task, input };
}

/**
 * Looks from outside at what became of a task: it ended exactly once, completed, with its true words
 * and all its files byte for byte, none of them there twice.
 */
export async function assertTrueResult(
  world: World,
  work: Work,
  { mayMissWords = false }: { readonly mayMissWords?: boolean } = {},
): Promise<void> {
  const { name, task: { id }, input } = work;
  const task = world.server.task(id)!;
  assert.equal(task.status, "completed", `${name}: ${task.errorMessage}`);
  const ends = task.history.filter(({ status }) =>
    ["completed", "failed", "cancelled"].includes(status)
  );
  assert.equal(ends.length, 1, `${name} ended ${ends.length} times`);
  const words = `begin ${name}\nend ${name}\n`;
  const said = String(task.output?.stdout);
  assert.equal(said, mayMissWords ? words.slice(0, said.length) : words);
  const numbers = Array.from({ length: 2000 }, (_, n) => `${n + 1}\n`).join("");
  const expected = new Map<string, Uint8Array>([
    ["output/response.md", new TextEncoder().encode(`answer of ${name}\n`)],
    ["output/data/copy.bin", input],
    ["output/data/numbers.txt", new TextEncoder().encode(numbers)],
  ]);
  const outputs = await world.outputs(id);
  assert.deepEqual([...outputs.keys()].sort(), [...expected.keys()].sort(), name);
  for (const [file, bytes] of expected) {
    assert.deepEqual(outputs.get(file), bytes, `${name} ${file}`);
  }
  const uploads = world.server.files(id).filter((file) =>
    file.createdBy === "agent" && file.stored
  );
  assert.equal(uploads.length, expected.size, `${name}: a file is there twice`);
}

/** How many containers ran a task, by their own word. */
export async function countRuns(world: World, work: Work): Promise<number> {
  const notes = await Deno.readTextFile(join(world.folder, "runs", work.name)).catch(() => "");
  return notes.split("\n").length - 1;
}

/** Nothing may be left once all is delivered and the agent has gone. */
export async function assertNothingLeft(world: World): Promise<void> {
  assert.deepEqual(await world.containers(), [], "containers are left");
  const odd: string[] = [];
  for await (const entry of walk(world.dataDir)) {
    if (/\.(tmp|part|new)$|^agent\.pid$|\.sock$/.test(entry)) odd.push(entry);
  }
  assert.deepEqual(odd, [], "temporary files are left");
}

/** Files of the data folder, but for what tasks themselves have made. */
async function* walk(folder: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(folder)) {
    if (!entry.isDirectory) yield entry.name;
    else if (entry.name !== "workspaces") yield* walk(join(folder, entry.name));
  }
}

/** The mount by which a container tells that it ran. */
export async function runsMount(folder: string): Promise<string> {
  await Deno.mkdir(join(folder, "runs"));
  await Deno.chmod(join(folder, "runs"), 0o777);
  return `[[paths.mounts]]\nhost = ${JSON.stringify(join(folder, "runs"))}\ncontainer = "/runs"\n`;
}
