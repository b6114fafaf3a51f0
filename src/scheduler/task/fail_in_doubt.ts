import { Failure, schedulerText, tasksText } from "../../i18n/mod.ts";
import { type AttemptRow, isOwnedBy } from "../../journal/mod.ts";
import type { Deps } from "../deps.ts";
import { refusalReport } from "./report.ts";

/**
 * Makes a task in doubt one whose failure is to be reported, by its owner's word. Once more does no
 * harm: it is not in doubt any more then. Without an owner it is looked for among everybody's.
 *
 * @throws {Failure} when there is no such task in doubt
 */
export function failInDoubt(
  { journal, lang, owner }: Pick<Deps, "journal" | "lang"> & Partial<Pick<Deps, "owner">>,
  taskId: string,
): AttemptRow {
  const row = journal.history.inDoubt().find((found) =>
    found.taskId === taskId && (!owner || isOwnedBy(found, owner))
  );
  if (!row) throw new Failure(tasksText.notInDoubt({ taskId }));
  const problem = schedulerText.failedByOwner;
  return journal.update(row.id, {
    state: "collected",
    endedBy: "orphaned",
    problem,
    report: refusalReport(problem, lang),
  });
}
