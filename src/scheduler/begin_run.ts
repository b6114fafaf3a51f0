import { schedulerText, textOf } from "../i18n/mod.ts";
import { downloadRetried, parseTask, retrying, ServerError } from "../server/mod.ts";
import { createWorkspace, InputRefused, stageInputs } from "../workspace/mod.ts";
import { ABSENT, type AttemptRun } from "./attempt_run.ts";
import { fail } from "./end_run.ts";

/** Bytes of the disk that no input may take, whatever the configuration says. */
const MIN_FREE_BYTES = 64 * 2 ** 20;

/**
 * Makes the task this agent's own. One that the poll showed as pending and that is refused now is in
 * doubt: its user has cancelled it, another agent with this key has it, or something on the way has
 * sent the question twice. It is neither run nor reported; the agent's owner can say what it is.
 */
export async function accept(run: AttemptRun): Promise<void> {
  const { server, log } = run.parts;
  // After a restart nobody knows whether the question was sent before.
  let unanswered = run.resumed;
  const answer = await retrying(() => server.accept(run.row.taskId, run.signal), {
    signal: run.signal,
    what: schedulerText.accepting,
    log,
    connectivity: server.connectivity,
    onTrouble: (error) => unanswered ||= error.sent === "maybe",
  });
  if (answer === "not_pending" && !unanswered) {
    run.update({ state: "in_doubt" });
    log.warn(schedulerText.inDoubt({ taskId: run.row.taskId }), { task: run.row.taskId });
    return;
  }
  run.parts.journal.inherit(run.row);
  run.update({ state: "accepted" });
  run.settleAccepted(true);
  run.tell(schedulerText.accepted);
}

/** Fetches the task's inputs into a fresh workspace; a task that cannot be run fails here. */
export async function prepare(run: AttemptRun): Promise<void> {
  const { config, server, log } = run.parts;
  let task;
  try {
    task = parseTask(run.row.task);
  } catch (error) {
    return await fail(run, schedulerText.cannotPrepare({ reason: textOf(error) }));
  }
  const workspace = await createWorkspace({
    dataDir: config.paths.dataDir,
    task,
    attempt: run.row.attempt,
  });
  try {
    await stageInputs({
      workspace,
      // An input must not take the room below which running tasks are stopped.
      minFree: Math.max(MIN_FREE_BYTES, config.disk.criticalFree),
      signal: run.signal,
      download: async (file, sink, signal = run.signal) => {
        const open = async () => {
          await sink.restart();
          return { sink: (chunk: Uint8Array) => sink.write(chunk), close: async () => {} };
        };
        await downloadRetried({ server, file, open, signal, log });
      },
    });
  } catch (error) {
    const refused = error instanceof ServerError && error.kind === "refused";
    if (!refused && !(error instanceof InputRefused)) throw error;
    return await fail(run, schedulerText.cannotPrepare({ reason: error.text }));
  }
  run.update({ state: "prepared" });
  run.saw(run.row.attempt === 1 ? ABSENT : undefined);
  run.tell(schedulerText.prepared);
}
