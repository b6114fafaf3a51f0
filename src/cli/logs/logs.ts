import { daemonFiles, taskPaths } from "../../data_folder/mod.ts";
import { logParts } from "../../executor/mod.ts";
import { Failure, tasksText } from "../../i18n/mod.ts";
import type { Journal } from "../../journal/mod.ts";
import { sleep } from "../../util/mod.ts";
import { type App, UsageFailure } from "../app.ts";
import { dataDirOf, type DataDirOption } from "../load.ts";
import { findTask, openIfThere } from "../tasks/find_task.ts";
import { infoIfThere } from "../there.ts";
import { createLogOutput, type LogOutput, startOfLastLines } from "./log_output.ts";

/** The options of `logs`. */
export interface LogsOptions extends DataDirOption {
  readonly follow?: boolean;
  readonly lines?: number;
}

/** Lines of the agent's own log that are shown unless asked otherwise. */
const AGENT_LINES = 100;
/** How often a log is looked at for more. */
const LOOK_MS = 250;
/** The states in which a task may still print. */
const PRINTING = ["accepting", "accepted", "prepared", "created", "running"];

/** Shows the output of a task, or the agent's own log; with `--follow` as it comes. */
export async function logs(
  app: App,
  options: LogsOptions,
  task: string | undefined,
): Promise<void> {
  const { lines, follow = false } = options;
  if (lines !== undefined && lines < 0) throw new UsageFailure(tasksText.badLines({ lines }));
  const dataDir = await dataDirOf(app, options);
  const out = createLogOutput(app);
  if (task === undefined) {
    const { log } = daemonFiles(dataDir);
    await agentLog(log, out, { lines: lines ?? AGENT_LINES, follow });
  } else {
    using journal = await openIfThere(dataDir);
    if (!journal) throw new Failure(tasksText.unknown({ taskId: task }));
    const row = findTask(journal, task);
    const view = { app, journal, dataDir, taskId: row.taskId, lines };
    await taskLog(view, out, follow);
  }
  out.end();
}

async function agentLog(
  path: string,
  out: LogOutput,
  { lines, follow }: { readonly lines: number; readonly follow: boolean },
): Promise<void> {
  if (!await infoIfThere(path)) {
    throw new Failure(tasksText.noAgentLog({ path }));
  }
  let offset = await out.file(path, await startOfLastLines(path, lines));
  while (follow && !out.closed) {
    await sleep(LOOK_MS);
    const { size } = await Deno.stat(path);
    if (size < offset) {
      // A full log was copied aside and begun anew; the copy has what was not seen yet.
      await out.file(`${path}.1`, offset).catch(() => {});
      offset = 0;
    }
    offset = await out.file(path, offset);
  }
}

interface TaskView {
  readonly app: App;
  readonly journal: Journal;
  readonly dataDir: string;
  readonly taskId: string;
  readonly lines: number | undefined;
}

async function taskLog(view: TaskView, out: LogOutput, follow: boolean): Promise<void> {
  const { app, journal, dataDir, taskId, lines } = view;
  const offsets = new Map<string, number>();
  let first = true;
  for (;;) {
    // Asked before the log is read, so that nothing is missed that was printed before the end.
    const [row] = journal.history.find(taskId);
    if (!row || row.cleaned) throw new Failure(tasksText.logGone({ taskId }));
    const { log } = taskPaths(dataDir, row.folder);
    const there = await infoIfThere(log);
    const printing = PRINTING.includes(row.state);
    if (!there && !(follow && printing)) {
      return app.say(printing ? tasksText.noOutputYet : tasksText.noOutput);
    }
    const parts = there ? await logParts(log) : [];
    if (first && lines !== undefined) await skip(parts, lines, offsets);
    // When a very long output ends, its parts are joined to one file, of which much was shown already.
    if (offsets.size > 1 && parts.length === 1) return app.say(tasksText.restInFile({ path: log }));
    for (const part of parts) offsets.set(part, await out.file(part, offsets.get(part) ?? 0));
    if (!follow || !printing || out.closed) return;
    first = false;
    await sleep(LOOK_MS);
  }
}

/** Marks everything before the last lines as shown. */
async function skip(
  parts: readonly string[],
  lines: number,
  offsets: Map<string, number>,
): Promise<void> {
  for (const [index, part] of parts.entries()) {
    const last = index === parts.length - 1;
    offsets.set(part, last ? await startOfLastLines(part, lines) : (await Deno.stat(part)).size);
  }
}
