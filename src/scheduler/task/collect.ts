import { schedulerText } from "../../i18n/mod.ts";
import type { Attempt } from "./attempt.ts";
import { collectFiles } from "./collect_files.ts";
import { conclude } from "./conclude.ts";
import { runReport } from "./report.ts";

/** Collects what a run that has ended, or is lost, has left: the rest of its output, its files, its report. */
export async function collect(attempt: Attempt): Promise<void> {
  const { config, executor, lang, log } = attempt.deps;
  const { runId, state, taskId } = attempt.row;
  if (state === "exited" && runId !== null) {
    attempt.container.followLog(runId);
    await attempt.container.logEnd(attempt.signal, (obstacle) => attempt.obstacle = obstacle);
  }
  const collection = await collectFiles({
    config,
    executor,
    runId: attempt.withoutArchive ? null : runId,
    paths: attempt.paths,
    leaveOutUnread: attempt.isTroubleOver,
    signal: attempt.signal,
  });
  const endedBy = attempt.row.endedBy ?? "lost";
  const tails = await executor.tails(attempt.forExecutor);
  const report = runReport({ row: { ...attempt.row, endedBy }, tails, collection }, config, lang);
  const files = collection.files.map((file) => ({ ...file, source: file }));
  const unread = collection.unread.map(({ name, reason }) => (
    { name, size: 0, source: null, unread: reason }
  ));
  conclude(attempt, {
    files: [...files, ...unread],
    change: { endedBy, report, troubleMs: 0 },
    news: schedulerText.collected,
    fields: { files: files.length },
  });
  for (const { name, unread: reason } of unread) log.warn(reason, { task: taskId, file: name });
}
