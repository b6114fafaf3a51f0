import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import {
  type AttemptChange,
  type AttemptRow,
  attemptSchema,
  type AttemptSummary,
  type FileRow,
  fileSchema,
  reportSchema,
  type State,
  type StoredReport,
  summarySchema,
} from "./attempt_row.ts";
import type { Text } from "../i18n/mod.ts";
import type { Owner } from "./owner.ts";
import {
  ENDED_STATES,
  FORGET_ENDED,
  OPEN_STATES,
  REMOVABLE_STATES,
  SELECT_ATTEMPT,
  SUMMARY,
} from "./queries.ts";
import { toSqlText } from "./sql_text.ts";
import { Store } from "./store.ts";
import { type Clock, inEnglish, SYSTEM_CLOCK } from "../util/mod.ts";

/** An output file as it is written down when it is collected. */
export interface CollectedFile {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly source: unknown;
  /** Why it could not be read, where it is left out for that. */
  readonly unread?: Text;
}

/** What is known of an attempt when it begins. */
export interface NewAttempt {
  readonly taskId: string;
  readonly attempt: number;
  readonly state: State;
  readonly task: unknown;
  readonly folder: string;
  /** @default {0} */
  readonly losses?: number;
}

/** How a {@linkcode Journal} writes. */
export interface JournalOptions {
  /** Called when the disk is full, to make room; the write is tried once more then. */
  readonly onFull?: () => void;
  /** @default {SYSTEM_CLOCK} */
  readonly clock?: Clock;
}

/** The state of every attempt and every output file, on disk. */
export class Journal implements Disposable {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(db: DatabaseSync, { onFull = () => {}, clock = SYSTEM_CLOCK }: JournalOptions) {
    this.#store = new Store(db, onFull);
    this.#clock = clock;
  }

  /** Writes a new attempt down and returns its row. */
  add(owner: Owner, attempt: NewAttempt): AttemptRow {
    return this.#store.transaction(() => this.#add(owner, attempt));
  }

  /** Writes an attempt down that was met under way, with what is known of it, in one step. */
  addFound(owner: Owner, attempt: NewAttempt, change: AttemptChange): AttemptRow {
    return this.#store.transaction(() => {
      const { id } = this.#add(owner, attempt);
      this.#change(id, change);
      return this.get(id);
    });
  }

  /** The row with this number. */
  get(id: number): AttemptRow {
    return attemptSchema.parse(
      this.#store.sql(`${SELECT_ATTEMPT} WHERE id = ?`).get(id),
      inEnglish,
    );
  }

  /** The newest attempt at a task, if there was one. */
  latest(owner: Owner, taskId: string): AttemptRow | undefined {
    const row = this.#store.sql(`${SELECT_ATTEMPT}
      WHERE base_url = ? AND service_id = ? AND task_id = ? ORDER BY attempt DESC LIMIT 1`)
      .get(owner.baseUrl, owner.serviceId, toSqlText(taskId));
    return row && attemptSchema.parse(row, inEnglish);
  }

  /** An attempt at a task of this id that another owner has under way. */
  elsewhere({ baseUrl, serviceId }: Owner, taskId: string): AttemptSummary | undefined {
    return this.#list(
      `task_id = ? AND +state IN ${OPEN_STATES} AND NOT (base_url = ? AND service_id = ?)
      ORDER BY id DESC LIMIT 1`,
      ...[toSqlText(taskId), baseUrl, serviceId],
    )[0];
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
      const open = this.#count(
        `${movable} AND +state IN ${OPEN_STATES}`,
        ...[...source, ...target],
      );
      const { changes } = this.#store.sql(
        `UPDATE attempts SET base_url = ?, service_id = ? WHERE ${movable}`,
      ).run(...target, ...source, ...target);
      return { moved: Number(changes), open, left: this.#count(of, ...source) };
    });
  }

  /** The owners of all rows. */
  owners(): Owner[] {
    return this.#store.sql("SELECT DISTINCT base_url, service_id FROM attempts").all()
      .map((row) => ({ baseUrl: String(row.base_url), serviceId: String(row.service_id) }));
  }

  /** Every attempt that has not ended, oldest first: what recovery goes on with. */
  open(): AttemptRow[] {
    return this.#store.sql(`${SELECT_ATTEMPT} WHERE state IN ${OPEN_STATES} ORDER BY id`).all()
      .map((row) => attemptSchema.parse(row, inEnglish));
  }

  /** The same in short, for a listing. */
  listOpen(): AttemptSummary[] {
    return this.#list(`state IN ${OPEN_STATES} ORDER BY id`);
  }

  /** The ids of attempts that an owner has delivered since `time` (milliseconds since 1970), newest first. */
  deliveredSince({ baseUrl, serviceId }: Owner, time: number, limit: number): number[] {
    return this.#store.sql(`SELECT id FROM attempts
      WHERE cleaned IN (0, 1) AND updated_at >= ? AND +state = 'delivered'
      AND base_url = ? AND service_id = ? ORDER BY id DESC LIMIT ?`)
      .all(time, baseUrl, serviceId, limit).map((row) => Number(row.id));
  }

  /** How many results of an owner wait for the Server. */
  undelivered({ baseUrl, serviceId }: Owner): number {
    const where = "state IN ('collected', 'reporting') AND base_url = ? AND service_id = ?";
    return this.#count(where, baseUrl, serviceId);
  }

  /** How many results the Server will never take, and nobody has discarded yet. */
  undeliverable(): number {
    return this.#count("state = 'undeliverable' AND discarded = 0");
  }

  /** The newest attempts, newest first. */
  recent(limit: number): AttemptSummary[] {
    return this.#list("1 ORDER BY id DESC LIMIT ?", limit);
  }

  /** The newest attempts that have ended and were not lost, newest first. */
  recentEnded(limit: number): AttemptSummary[] {
    return this.#list("+state IN ('delivered', 'undeliverable') ORDER BY id DESC LIMIT ?", limit);
  }

  /** The report of an attempt; null where there is none. */
  report(id: number): StoredReport | null {
    const row = this.#store.sql("SELECT report FROM attempts WHERE id = ?").get(id);
    return row?.report ? reportSchema.parse(JSON.parse(String(row.report)), inEnglish) : null;
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

  /** Ended attempts of which the Server did not take everything, and whose files are still here. */
  unsettled(): AttemptSummary[] {
    return this.#list(`discarded = 0 AND cleaned = 0 AND +state IN ('delivered', 'undeliverable')
      AND id IN (SELECT id FROM attempts WHERE state = 'undeliverable' AND discarded = 0
      UNION ALL SELECT attempt_id FROM files WHERE left_out IS NOT NULL) ORDER BY id`);
  }

  /**
   * Gives up what the Server did not take of an ended attempt, so that its files may go. Safe beside a
   * running agent, which does nothing more with an ended one.
   *
   * @returns false when it has not ended
   */
  discard(id: number): boolean {
    const { changes } = this.#store.write(() =>
      this.#store.sql(
        `UPDATE attempts SET discarded = 1, updated_at = ? WHERE id = ? AND state IN ${ENDED_STATES}`,
      ).run(this.#clock.wall(), id)
    );
    return Number(changes) > 0;
  }

  /** Attempts whose outputs are safe, or given up, and whose run the executor may still hold. */
  unremoved(): AttemptSummary[] {
    return this.#list(
      `run_removed = 0 AND run_id IS NOT NULL AND state IN ${REMOVABLE_STATES}`,
    );
  }

  /** Ended attempts whose workspace and log are still there, the longest ended first. */
  uncleaned(): AttemptSummary[] {
    return this.#list(`cleaned = 0 AND +state IN ${ENDED_STATES} ORDER BY updated_at`);
  }

  /**
   * Writes down that an ended attempt's files are gone, and drops what only they needed: the poll's
   * answer with its prompt. How long ago it ended stays as it is.
   */
  clean(id: number): void {
    this.#store.transaction(() => this.#clean(id));
  }

  /**
   * Drops the longest ended attempts of which nothing is left to do, with all that belongs to them. What
   * still has files or a run stays, and so does an undeliverable result that nobody has discarded.
   *
   * @param before those that ended earlier, in milliseconds since the epoch
   * @returns how many there were
   */
  forgetEnded(before: number, most: number): number {
    return Number(this.#store.write(() => this.#store.sql(FORGET_ENDED).run(before, most)).changes);
  }

  /** Gives up to so many free pages (4 KiB each) back to the disk. @returns how many it gave back */
  giveBack(pages: number): number {
    return this.#store.giveBack(pages);
  }

  /** Writes changes into a row and returns it as it is then. */
  update(id: number, change: AttemptChange): AttemptRow {
    this.#store.write(() => this.#change(id, change));
    return this.get(id);
  }

  /** Ends an attempt as lost and writes the next one down, in one step. */
  renew(row: AttemptRow, folder: string): AttemptRow {
    return this.#store.transaction(() => {
      // Its folder and its log are the next attempt's from here on.
      this.#change(row.id, { state: "lost", endedBy: "lost" });
      this.#clean(row.id);
      return this.#add(row, {
        ...row,
        attempt: row.attempt + 1,
        losses: row.losses + 1,
        state: "accepted",
        folder,
      });
    });
  }

  /** Takes a row back that never became a task of this agent. */
  forget(id: number): void {
    this.#store.write(() => this.#store.sql("DELETE FROM attempts WHERE id = ?").run(id));
  }

  /** The files of a task's earlier attempts are this one's from here on: its folder is the same. */
  inherit({ baseUrl, serviceId, taskId, attempt }: AttemptRow): void {
    this.#store.transaction(() => {
      const earlier = this.#store.sql(`SELECT id FROM attempts WHERE cleaned = 0
        AND base_url = ? AND service_id = ? AND task_id = ? AND attempt < ?`)
        .all(baseUrl, serviceId, toSqlText(taskId), attempt);
      for (const { id } of earlier) this.#clean(Number(id));
    });
  }

  /** Tasks whose accept was refused though they had been handed out, oldest first. */
  inDoubt(): AttemptSummary[] {
    return this.#list("state = 'in_doubt' ORDER BY id");
  }

  /** Forgets all tasks in doubt but the newest `most`, and those from before `since`. */
  pruneInDoubt({ most, since }: { readonly most: number; readonly since: number }): void {
    this.#store.write(() =>
      this.#store.sql(
        `DELETE FROM attempts WHERE state = 'in_doubt' AND (created_at < ? OR id NOT IN
        (SELECT id FROM attempts WHERE state = 'in_doubt' ORDER BY id DESC LIMIT ?))`,
      )
        .run(since, most)
    );
  }

  /** Writes a run's output files down together with the change that announces them. */
  collect(
    id: number,
    files: readonly CollectedFile[],
    change: AttemptChange,
  ): AttemptRow {
    return this.#store.transaction(() => {
      this.#store.sql("DELETE FROM files WHERE attempt_id = ?").run(id);
      const insert = this.#store.sql(`INSERT INTO files
        (attempt_id, position, name, size, source, left_out, unread) VALUES (?, ?, ?, ?, ?, ?, ?)`);
      files.forEach(({ name, size, source, unread }, position) => {
        const leftOut = unread ? JSON.stringify(unread) : null;
        insert.run(id, position, name, size, JSON.stringify(source), leftOut, unread ? 1 : 0);
      });
      this.#change(id, change);
      return this.get(id);
    });
  }

  /** The output files of an attempt, in the order of their upload. */
  files(id: number): FileRow[] {
    return this.#store.sql("SELECT * FROM files WHERE attempt_id = ? ORDER BY position").all(id)
      .map((row) => fileSchema.parse(row, inEnglish));
  }

  /** Writes down what became of one output file. */
  updateFile(
    id: number,
    position: number,
    change: Partial<Pick<FileRow, "tried" | "fileId" | "leftOut" | "unread">>,
  ): void {
    this.#store.write(() =>
      this.#store.set("files", change, "attempt_id = ? AND position = ?", id, position)
    );
  }

  /** A single fact that outlives the process. */
  fact(key: string): string | undefined {
    const row = this.#store.sql("SELECT value FROM facts WHERE key = ?").get(key);
    return row === undefined ? undefined : String(row.value);
  }

  /** Writes a single fact down. */
  setFact(key: string, value: string): void {
    this.#store.write(() =>
      this.#store.sql(
        "INSERT INTO facts VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
      )
        .run(key, value)
    );
  }

  close(): void {
    this.#store.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #list(where: string, ...values: SQLInputValue[]): AttemptSummary[] {
    return this.#store.sql(`SELECT ${SUMMARY} FROM attempts WHERE ${where}`).all(...values)
      .map((row) => summarySchema.parse(row, inEnglish));
  }

  #count(where: string, ...values: string[]): number {
    const { n } = this.#store.sql(`SELECT count(*) AS n FROM attempts WHERE ${where}`).get(
      ...values,
    )!;
    return Number(n);
  }

  #change(id: number, change: AttemptChange): void {
    const { report } = change;
    const reportStatus = report === undefined ? undefined : report?.status ?? null;
    const values = { ...change, reportStatus, updatedAt: this.#clock.wall() };
    this.#store.set("attempts", values, "id = ?", id);
  }

  #add(owner: Owner, attempt: NewAttempt): AttemptRow {
    const now = this.#clock.wall();
    const { lastInsertRowid } = this.#store.sql(`INSERT INTO attempts
      (base_url, service_id, task_id, attempt, losses, state, folder, created_at, updated_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`).run(
      owner.baseUrl,
      owner.serviceId,
      toSqlText(attempt.taskId),
      attempt.attempt,
      attempt.losses ?? 0,
      attempt.state,
      attempt.folder,
      now,
      now,
    );
    this.#store.sql("INSERT INTO tasks VALUES (?, ?)")
      .run(lastInsertRowid, JSON.stringify(attempt.task));
    return this.get(Number(lastInsertRowid));
  }

  #clean(id: number): void {
    this.#store.sql("UPDATE attempts SET cleaned = 1, known_ids = NULL WHERE id = ?").run(id);
    this.#store.sql("DELETE FROM tasks WHERE attempt_id = ?").run(id);
  }
}
