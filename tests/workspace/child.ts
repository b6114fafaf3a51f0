import assert from "node:assert/strict";
import { fromFileUrl } from "@std/path";
import type { Collection, Removal, Usage } from "../../src/workspace/mod.ts";
import { packageFlags } from "../support/packages.ts";

/** What `collect_child.ts` prints. */
export interface ChildResult {
  readonly collection: Collection;
  readonly contents: Readonly<Record<string, string>>;
  readonly byHandle: boolean;
  readonly usage: Usage;
  readonly removal?: Removal;
  /** What the engine was asked for, and how much it sent. */
  readonly asked: readonly string[];
  readonly received: number;
}

/** How {@linkcode collectInChild} starts the program. */
export interface ChildOptions {
  /** Deno's permissions. @default {["--allow-all"]} */
  readonly permissions?: readonly string[];
  /** Without root's right to read everything. @default {false} */
  readonly powerless?: boolean;
}

/** Collects in another process, which has what the system lets it have. */
export async function collectInChild(
  args: readonly string[],
  { permissions = ["--allow-all"], powerless = false }: ChildOptions = {},
): Promise<ChildResult> {
  const root = fromFileUrl(new URL("../../", import.meta.url));
  const script = `${root}tests/workspace/collect_child.ts`;
  const deno = [
    Deno.execPath(),
    "run",
    "--no-lock",
    ...packageFlags(),
    ...permissions,
    script,
    ...args,
  ];
  const without = "-dac_override,-dac_read_search,-chown,-fowner";
  const command = powerless && Deno.uid() === 0
    ? ["setpriv", `--bounding-set=${without}`, `--inh-caps=${without}`, ...deno]
    : deno;
  const { success, stdout, stderr } = await new Deno.Command(command[0], {
    args: command.slice(1),
    stdin: "null",
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout)) as ChildResult;
}
