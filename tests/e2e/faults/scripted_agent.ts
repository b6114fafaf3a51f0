/**
 * agent-core, but for one thing: around writes of its journal it does what a script says, a task at a
 * time. A script is a file named like the task, in the folder `AGENT_CORE_TEST_SCRIPTS`; its first line
 * is what comes next, and is taken out before it is done:
 *
 * - `crash before running`: SIGKILL, nothing is closed, nothing is said
 * - `hold after created`: nothing moves in the whole process until somebody has opened the named pipe
 *   `{task}.hold` for writing and closed it again
 *
 * For the names of the writes see {@linkcode WRITES}.
 */
import { join } from "@std/path";

import { main } from "../../../src/cli/mod.ts";
import { Journal } from "../../../src/journal/mod.ts";
import { nameOfWrite } from "./writes.ts";

const folder = Deno.env.get("AGENT_CORE_TEST_SCRIPTS")!;

function follow(taskId: string, when: "before" | "after", what: string): void {
  const path = join(folder, taskId);
  let script: string;
  try {
    script = Deno.readTextFileSync(path);
  } catch {
    return; // nothing was asked for
  }
  const [next, ...rest] = script.split("\n");
  const [deed, ...where] = next.split(" ");
  if (where.join(" ") !== `${when} ${what}`) return;
  Deno.writeTextFileSync(path, rest.join("\n"));
  if (deed === "hold") return void Deno.readTextFileSync(`${path}.hold`);
  Deno.kill(Deno.pid, "SIGKILL");
  while (true); // the signal is on its way
}

/** The methods that write, and whose task they write about. */
const METHODS = {
  add: (_journal: Journal, [, attempt]: unknown[]) => (attempt as { taskId: string }).taskId,
  renew: (_journal: Journal, [row]: unknown[]) => (row as { taskId: string }).taskId,
  update: byNumber,
  updateFile: byNumber,
  collect: byNumber,
  forget: byNumber,
};

function byNumber(journal: Journal, [id]: unknown[]): string {
  return journal.get(id as number).taskId;
}

for (const [name, taskOf] of Object.entries(METHODS)) {
  const original = Reflect.get(Journal.prototype, name) as (...args: unknown[]) => unknown;
  Reflect.set(Journal.prototype, name, function (this: Journal, ...args: unknown[]) {
    const taskId = taskOf(this, args);
    const what = nameOfWrite(name, args);
    follow(taskId, "before", what);
    const result = original.apply(this, args);
    follow(taskId, "after", what);
    return result;
  });
}

Deno.exit(await main(Deno.args));
