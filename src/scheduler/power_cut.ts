import type { AttemptRow, Journal } from "../journal/mod.ts";

/** The fact that names the machine's boot in which an agent worked last. */
const BOOT = "boot_id";
/** What nobody syncs, a system writes by itself in less than this time (Linux: 30 s and 5 s). Milliseconds. */
const WRITTEN_MS = 60_000;

/**
 * Takes back what is known of the end of runs whose files were not on the disk for certain when the machine
 * went down: half of them would be reported as all. The executor is asked again, and says that they are lost.
 *
 * What had to wait in spite of its end, for a disk that was full and the like, was written long since.
 *
 * @param bootId the machine's present boot; undefined where nobody can tell one from another
 * @returns all that is under way, as it is then
 */
export function doubtUnsynced(journal: Journal, bootId: string | undefined): AttemptRow[] {
  const rows = journal.open();
  if (bootId === undefined || journal.fact(BOOT) === bootId) return rows;
  const checked = rows.map((row) =>
    row.state === "exited" && row.endedBy === "itself" && row.troubleMs < WRITTEN_MS
      ? journal.update(row.id, { state: "running", endedBy: null, exitCode: null, endedAt: null })
      : row
  );
  journal.setFact(BOOT, bootId);
  return checked;
}
