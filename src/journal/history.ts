import { type Clock, inEnglish } from "../util/mod.ts";
import {
  type AttemptRow,
  attemptSchema,
  type AttemptSummary,
  reportSchema,
  type StoredReport,
} from "./attempt_row.ts";
import type { Owner } from "./owner.ts";
import {
  cleanAttempt,
  countAttempts,
  ENDED_STATES,
  FORGET_ENDED,
  listAttempts,
  OPEN_STATES,
  REMOVABLE_STATES,
  SELECT_ATTEMPT,
  UNCLEANED,
} from "./queries.ts";
import type { Store } from "./store.ts";

/** What the journal tells of past attempts, of every owner, and what is done about those that have ended. */
export class History {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /**
   * Makes all rows of one owner another's: those of one Server that has two names. A task that the other
   * has as well stays where it is.
   *
   * @returns how many of them were moved, how many of these are under way, and how many stay
   */
  move(from: Owner, to: Owner): { moved: number; open: number; left: number } {
    const of = "base_url = ? AND service_id = ?";
    const known = `task_id IN (SELECT task_id FROM attempts WHERE ${of})`;
    const source = [from.baseUrl, from.serviceId];
    const target = [to.baseUrl, to.serviceId];
    return this.#store.transaction(() => {
      const movable = `${of} AND NOT ${known}`;
      const isOpen = `${movable} AND +state IN ${OPEN_STATES}`;
      const open = countAttempts(this.#store, isOpen, ...source, ...target);
      const { changes } = this.#store.sql(
        `UPDATE attempts SET base_url = ?, service_id = ? WHERE ${movable}`,
      ).run(...target, ...source, ...target);
      return { moved: Number(changes), open, left: countAttempts(this.#store, of, ...source) };
    });
  }

  /** The owners of all rows. */
  owners(): Owner[] {
    return this.#store.sql("SELECT DISTINCT base_url, service_id FROM attempts").all()
      .map((row) => ({ baseUrl: String(row.base_url), serviceId: String(row.service_id) }));
  }

  /** The newest attempts, newest first. */
  recent(limit: number): AttemptSummary[] {
    return listAttempts(this.#store, "1 ORDER BY id DESC LIMIT ?", limit);
  }

  /** The newest attempts that have ended and were not lost, newest first. */
  recentEnded(limit: number): AttemptSummary[] {
    return listAttempts(
      this.#store,
      "+state IN ('delivered', 'undeliverable') ORDER BY id DESC LIMIT ?",
      limit,
    );
  }

  /** The newest attempt at each task whose id begins so, of whatever Server; a whole id goes first. */
  find(start: string): AttemptRow[] {
    const end = `${start}\u{10ffff}`;
    const rows = this.#store.sql(`${SELECT_ATTEMPT} WHERE id IN (SELECT id FROM attempts
      WHERE task_id >= ? AND task_id <= ? ORDER BY id DESC LIMIT 100) ORDER BY id DESC`)
      .all(start, end)
      .map((row) => attemptSchema.parse(row, inEnglish))
      .filter((row, at, all) => all.findIndex((other) => other.taskId === row.taskId) === at);
    const whole = rows.filter((row) => row.taskId === start);
    return whole.length > 0 ? whole : rows;
  }

  /** The report of an attempt; null where there is none. */
  report(id: number): StoredReport | null {
    const row = this.#store.sql("SELECT report FROM attempts WHERE id = ?").get(id);
    return row?.report ? reportSchema.parse(JSON.parse(String(row.report)), inEnglish) : null;
  }

  /** Ended attempts of which the Server did not take everything, and whose files are still here. */
  unsettled(): AttemptSummary[] {
    return listAttempts(
      this.#store,
      `discarded = 0 AND cleaned = 0 AND (+state = 'undeliverable' OR +state = 'delivered' AND
      EXISTS (SELECT 1 FROM files WHERE attempt_id = attempts.id AND left_out IS NOT NULL))
      ORDER BY id`,
    );
  }

  /**
   * Gives up what the Server did not take of an ended attempt, so that its files may go. Safe beside a
   * running agent, which does nothing more with an ended one.
   *
   * @returns false when it has not ended
   */
  discard(id: number): boolean {
    const discarded = this.#store.run(
      `UPDATE attempts SET discarded = 1, updated_at = ? WHERE id = ? AND state IN ${ENDED_STATES}`,
      this.#clock.wall(),
      id,
    );
    return discarded > 0;
  }

  /** Attempts whose outputs are safe, or given up, and whose run the executor may still hold. */
  unremoved(): AttemptSummary[] {
    return listAttempts(
      this.#store,
      `run_removed = 0 AND run_id IS NOT NULL AND state IN ${REMOVABLE_STATES}`,
    );
  }

  /**
   * Ended attempts whose workspace and log are still there, the longest ended first. Those that are `cleaned`
   * have been begun ({@linkcode beginCleaning}).
   */
  uncleaned(): AttemptSummary[] {
    return listAttempts(
      this.#store,
      `cleaned IN ${UNCLEANED} AND +state IN ${ENDED_STATES} ORDER BY updated_at`,
    );
  }

  /**
   * Writes down that an ended attempt's files are about to be removed. A crash in the middle leaves only some
   * of them: they are no result any more that somebody could look at or that could be sent once more.
   */
  beginCleaning(id: number): void {
    this.#store.run("UPDATE attempts SET cleaned = 2 WHERE id = ? AND cleaned = 0", id);
  }

  /**
   * Writes down that an ended attempt's files are gone, and drops what only they needed: the poll's
   * answer with its prompt. How long ago it ended stays as it is.
   */
  clean(id: number): void {
    this.#store.transaction(() => cleanAttempt(this.#store, id));
  }

  /**
   * Drops the longest ended attempts of which nothing is left to do, with all that belongs to them. What
   * still has files or a run stays, and so does an undeliverable result that nobody has discarded.
   *
   * @param before those that ended earlier, in milliseconds since the epoch
   * @returns how many there were
   */
  forgetEnded(before: number, most: number): number {
    return this.#store.run(FORGET_ENDED, before, most);
  }

  /** Gives up to so many free pages (4 KiB each) back to the disk. @returns how many it gave back */
  giveBack(pages: number): number {
    const free = () => Number(this.#store.sql("PRAGMA freelist_count").get()?.freelist_count);
    const before = free();
    // Only with all its rows read does it run to its end.
    this.#store.write(() => this.#store.sql(`PRAGMA incremental_vacuum(${pages})`).all());
    return before - free();
  }

  /** Tasks whose accept was refused though they had been handed out, oldest first. */
  inDoubt(): AttemptSummary[] {
    return listAttempts(this.#store, "state = 'in_doubt' ORDER BY id");
  }

  /** Forgets all tasks in doubt but the newest `most`, and those from before `since`. */
  pruneInDoubt({ most, since }: { readonly most: number; readonly since: number }): void {
    this.#store.run(
      `DELETE FROM attempts WHERE state = 'in_doubt' AND (created_at < ? OR id NOT IN
      (SELECT id FROM attempts WHERE state = 'in_doubt' ORDER BY id DESC LIMIT ?))`,
      since,
      most,
    );
  }
}
