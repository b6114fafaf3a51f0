import * as z from "zod/mini";

import type { AttemptRow, Journal } from "../journal/mod.ts";
import { type Clock, jsonOrUndefined } from "../util/mod.ts";

/** The fact that tells in which boot of the machine an agent was started last. */
const BOOT = "boot";
/** What nobody syncs, a system writes by itself in less than this time (Linux: 30 s and 5 s). Milliseconds. */
const WRITTEN_MS = 60_000;
/** How far the time of one boot may seem to move, as clocks are corrected. Milliseconds. */
const SAME_BOOT_MS = 60_000;

const bootSchema = z.object({
  id: z.optional(z.string()),
  /** How long the machine had been up at the agent's start. Milliseconds. */
  uptime: z.number(),
  /** When that was, milliseconds since 1970. */
  wall: z.number(),
});
type Boot = z.infer<typeof bootSchema>;

/**
 * Takes back what is known of the end of runs whose files were not on the disk for certain when the machine
 * went down: half of them would be reported as all. The executor is asked again, and says that they are lost.
 * To ask it in vain does no harm.
 *
 * What had to wait in spite of its end, for a disk that was full and the like, was written long since.
 *
 * @param bootId the machine's present boot; undefined where the system does not name it: then the time tells
 * @returns all that is under way, as it is then
 */
export function doubtUnsynced(
  journal: Journal,
  clock: Clock,
  bootId: string | undefined,
): AttemptRow[] {
  const rows = journal.open();
  const boot = { id: bootId, uptime: clock.uptime(), wall: clock.wall() };
  const earlier = bootSchema.safeParse(jsonOrUndefined(journal.fact(BOOT) ?? ""));
  const isOn = earlier.success && isSame(earlier.data, boot);
  const checked = isOn ? rows : rows.map((row) => doubted(journal, row));
  journal.setFact(BOOT, JSON.stringify(boot));
  return checked;
}

function doubted(journal: Journal, row: AttemptRow): AttemptRow {
  const { id, state, endedBy, troubleMs } = row;
  if (state !== "exited" || endedBy !== "itself" || troubleMs >= WRITTEN_MS) return row;
  return journal.update(id, { state: "running", endedBy: null, exitCode: null, endedAt: null });
}

function isSame(earlier: Boot, now: Boot): boolean {
  if (earlier.id !== undefined && now.id !== undefined) return earlier.id === now.id;
  const bootedAt = (boot: Boot) => boot.wall - boot.uptime;
  return now.uptime >= earlier.uptime && bootedAt(now) - bootedAt(earlier) < SAME_BOOT_MS;
}
