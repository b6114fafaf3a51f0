import { join } from "@std/path";

import { containerName } from "../../src/executor/docker/container_name.ts";
import { folderName } from "../../src/data_folder/mod.ts";
import { collectOutputs, openOutput } from "../../src/workspace/mod.ts";
import { inputName } from "../../src/workspace/input_name.ts";
import {
  createNameClaims,
  MAX_SENT_NAME,
  sendablePath,
  sendableSegment,
} from "../../src/workspace/sendable_name.ts";
import { type Random, seeded } from "../support/seeded.ts";

/** A whole number in [0, limit). */
type Below = Random["below"];

/** How long and from where {@linkcode fuzzNames} goes. */
export interface NamesFuzzOptions {
  readonly rounds: number;
  /** The same seed gives the same run. */
  readonly seed: number;
}

/** What a run met. */
export interface NamesFuzzResult {
  readonly rounds: number;
  /** Names that could go as they are. */
  readonly kept: number;
  /** Names that had to be changed. */
  readonly changed: number;
  /** Files of real folders that came out with their bytes. */
  readonly collected: number;
}

const PIECES = [
  "..",
  ".",
  "/",
  "\\",
  "\0",
  "\n",
  "\r\n",
  "\t",
  "\x1b[2J",
  "\x7f",
  "\x85",
  "\u2028",
  "\u202e",
  "\ud800",
  "\udfff",
  "\ufeff",
  "\ufffd",
  "e\u0301",
  "é",
  "👨‍👩‍👧‍👦",
  "文件",
  "con",
  "NUL.txt",
  "COM¹",
  ".tar.gz",
  "~",
  "~2",
  '"',
  "'",
  "`id`",
  "$(id)",
  "%2e%2e",
  "%00",
  "-rf",
  " ",
  ":",
  "*",
  "input",
  "output/response.md",
  "task.json",
  "x".repeat(120),
  "字".repeat(90),
];

// What the Server refuses in a name.
// deno-lint-ignore no-control-regex
const UNSENDABLE = /[\x00-\x08\x0a-\x1f\x7f]/;
/** One world on disk in so many rounds. */
const DISK_EVERY = 100;

/**
 * Gives names out of odd pieces to all that makes a path or a container's name of a stranger's text,
 * and makes real files of them, which must all be collected under names that the Server takes.
 *
 * @throws with the name that did it
 */
export async function fuzzNames({ rounds, seed }: NamesFuzzOptions): Promise<NamesFuzzResult> {
  const random = seeded(seed).below;
  const folders = new Map<string, string>();
  let kept = 0, changed = 0, collected = 0;
  for (let round = 0; round < rounds; round++) {
    const name = oddName(random);
    checkFolder(name, folders);
    checkInput(name, random);
    if (checkSendable(name, random)) kept++;
    else changed++;
    if (round % DISK_EVERY === 0) collected += await checkOnDisk(random);
  }
  return { rounds, kept, changed, collected };
}

function check(ok: boolean, what: string, name: string, made: unknown): void {
  const words = (value: unknown) => JSON.stringify(value)?.slice(0, 1000);
  if (!ok) throw new Error(`${what}: ${words(name)} became ${words(made)}`);
}

/** Two ids never share a folder or a container, and neither leads anywhere. */
function checkFolder(id: string, folders: Map<string, string>): void {
  const folder = folderName(id);
  check(/^[a-z0-9_][a-z0-9_-]{0,99}$/.test(folder), "folderName", id, folder);
  check((folders.get(folder) ?? id) === id, "folderName gave it twice", id, folder);
  folders.set(folder, id);
  const container = containerName({ taskId: id, workspace: `/data/${folder}` });
  check(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{1,199}$/.test(container), "containerName", id, container);
}

function checkInput(filename: string, random: Below): void {
  const count = 1 + random(2000);
  const place = 1 + random(count);
  for (const os of ["linux", "windows", "darwin"] as const) {
    const name = inputName(filename, place, count, os);
    // deno-lint-ignore no-control-regex
    const fine = !/[/\\\x00-\x1f\x7f]/.test(name) && name.isWellFormed() && bytesOf(name) <= 255;
    check(fine && Number.parseInt(name) === place && /^\d\d+-/.test(name), os, filename, name);
    if (os === "windows") check(!/[<>:"|?*]|[. ]$/.test(name), os, filename, name);
  }
}

/** @returns whether the name could stay as it is */
function checkSendable(name: string, random: Below): boolean {
  const segment = name.replaceAll(/[/\0]/g, "") || "x";
  const sent = sendableSegment(segment);
  const fine = !UNSENDABLE.test(sent) && sent.isWellFormed() && !sent.endsWith("\\");
  check(fine && !sent.includes("/"), "sendableSegment", segment, sent);
  check(sendableSegment(sent) === sent, "sendableSegment is not at rest", segment, sent);
  const path = Array.from({ length: 1 + random(20) }, () => sent).join("/");
  const whole = sendablePath(path);
  check(bytesOf(whole) <= MAX_SENT_NAME, "sendablePath", path, whole);
  const claim = createNameClaims();
  const claims = [claim(whole), claim(whole), claim(whole)];
  check(new Set(claims).size === 3 && claims[0] === whole, "createNameClaims", whole, claims);
  return sent === segment;
}

/** Files of odd names, each with its own name in it. @returns how many there were */
async function checkOnDisk(random: Below): Promise<number> {
  const base = await Deno.realPath(await Deno.makeTempDir({ prefix: "agent-core-" }));
  try {
    const dir = join(base, "workspaces", "task");
    const spill = join(base, "spill", "task");
    await Deno.mkdir(join(dir, "output"), { recursive: true });
    const contents = new Set<string>();
    for (let n = random(40); n >= 0; n--) {
      const name = onDisk(oddName(random)) || `x${n}`;
      const path = join(dir, "output", name);
      if (await Deno.lstat(path).then(() => true, () => false)) continue;
      const content = `${contents.size} ${name}`;
      await Deno.writeTextFile(path, content);
      contents.add(content);
    }
    const limits = {
      maxFileSize: 0,
      maxTotalSize: 0,
      maxFiles: 200,
      maxReadSize: 0,
      maxMinutes: 0,
    };
    const { files, skipped } = await collectOutputs({ dir, spill, mounts: [], limits });
    check(skipped.length === 0, "left out", "", skipped);
    check(new Set(files.map(({ name }) => name)).size === files.length, "two of a name", "", files);
    for (const file of files) {
      check(!UNSENDABLE.test(file.name) && file.name.isWellFormed(), "sent", file.name, file.name);
      const text = await new Response(await openOutput({ dir, spill, file })).text();
      check(contents.delete(text), "not its own bytes", file.name, text);
    }
    check(contents.size === 0, "lost", "", [...contents]);
    return files.length;
  } finally {
    await Deno.remove(base, { recursive: true });
  }
}

/** A name that the file system takes. */
function onDisk(name: string): string {
  let clean = name.toWellFormed().replaceAll(/[/\0]/g, "");
  if (Deno.build.os === "windows") clean = clean.replaceAll(/[^\p{L}\p{N}]/gu, "");
  while (bytesOf(clean) > 255) clean = clean.slice(0, -1).toWellFormed();
  return clean === "." || clean === ".." ? "" : clean;
}

function bytesOf(words: string): number {
  return new TextEncoder().encode(words).length;
}

function oddName(random: Below): string {
  const length = random(30) === 0 ? 3000 : 1 + random(12);
  return Array.from({ length }, () => {
    return random(3) > 0
      ? PIECES[random(PIECES.length)]
      : String.fromCharCode(random(2) === 0 ? random(0x180) : random(0x10000));
  }).join("");
}
