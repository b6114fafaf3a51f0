import type { DatabaseSync } from "node:sqlite";

import { type Clock, inEnglish, SYSTEM_CLOCK } from "../util/mod.ts";
import {
  type AttemptChange,
  type AttemptRow,
  attemptSchema,
  type AttemptSummary,
  type CollectedFile,
  type FileRow,
  fileSchema,
  type NewAttempt,
} from "./attempt_row.ts";
import { History } from "./history.ts";
import { type Lease, listLeases } from "./leases.ts";
import type { Owner } from "./owner.ts";
import {
  cleanAttempt,
  countAttempts,
  listAttempts,
  OPEN_STATES,
  SELECT_ATTEMPT,
  SELECT_FILE,
  UNCLEANED,
} from "./queries.ts";
import { toSqlText } from "./sql_text.ts";
import { Store } from "./store.ts";

/** How a {@linkcode Journal} writes. */
export interface JournalOptions {
  /** Called when the disk is full, to make room; the write is tried once more then. */
  readonly onFull?: () => void;
  /** @default {SYSTEM_CLOCK} */
  readonly clock?: Clock;
}

/** The state of every attempt and every output file, on disk. */
export class Journal implements Disposable {
  /** What is told of past attempts, and done about those that have ended. */
  readonly history: History;
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(db: DatabaseSync, { onFull = () => {}, clock = SYSTEM_CLOCK }: JournalOptions) {
    this.#store = new Store(db, onFull);
    this.#clock = clock;
    this.history = new History(this.#store, clock);
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
    return listAttempts(
      this.#store,
      `task_id = ? AND +state IN ${OPEN_STATES} AND NOT (base_url = ? AND service_id = ?)
      ORDER BY id DESC LIMIT 1`,
      ...[toSqlText(taskId), baseUrl, serviceId],
    )[0];
  }

  /** Every attempt that has not ended, oldest first: what recovery goes on with. */
  open(): AttemptRow[] {
    return this.#store.sql(`${SELECT_ATTEMPT} WHERE state IN ${OPEN_STATES} ORDER BY id`).all()
      .map((row) => attemptSchema.parse(row, inEnglish));
  }

  /** The same in short, for a listing. */
  listOpen(): AttemptSummary[] {
    return listAttempts(this.#store, `state IN ${OPEN_STATES} ORDER BY id`);
  }

  /** The ids of attempts that an owner has delivered since `time` (milliseconds since 1970), newest first. */
  deliveredSince({ baseUrl, serviceId }: Owner, time: number, limit: number): number[] {
    return this.#store.sql(`SELECT id FROM attempts
      WHERE cleaned IN (0, 1, 2) AND updated_at >= ? AND +state = 'delivered'
      AND +base_url = ? AND +service_id = ? ORDER BY id DESC LIMIT ?`)
      .all(time, baseUrl, serviceId, limit).map((row) => Number(row.id));
  }

  /** How many results of an owner wait for the Server. */
  undelivered({ baseUrl, serviceId }: Owner): number {
    // The `+` keeps SQLite from the index of owners: most journals have one, and all rows are its.
    const where = "state IN ('collected', 'reporting') AND +base_url = ? AND +service_id = ?";
    return countAttempts(this.#store, where, baseUrl, serviceId);
  }

  /** How many results the Server will never take, and nobody has discarded yet. */
  undeliverable(): number {
    return countAttempts(this.#store, "state = 'undeliverable' AND discarded = 0");
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
      cleanAttempt(this.#store, row.id);
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
    this.#store.run("DELETE FROM attempts WHERE id = ?", id);
  }

  /** The files of a task's earlier attempts are this one's from here on: its folder is the same. */
  inherit({ baseUrl, serviceId, taskId, attempt }: AttemptRow): void {
    this.#store.transaction(() => {
      const earlier = this.#store.sql(`SELECT id FROM attempts WHERE cleaned IN ${UNCLEANED}
        AND base_url = ? AND service_id = ? AND task_id = ? AND attempt < ?`)
        .all(baseUrl, serviceId, toSqlText(taskId), attempt);
      for (const { id } of earlier) cleanAttempt(this.#store, Number(id));
    });
  }

  /** What attempts, of every owner, have of the GPUs: until their runs have ended for certain. */
  leases(): Lease[] {
    return listLeases(this.#store);
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
    return this.#store.sql(`${SELECT_FILE} WHERE attempt_id = ? ORDER BY position`).all(id)
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
    this.#store.run(
      "INSERT INTO facts VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
      key,
      value,
    );
  }

  close(): void {
    this.#store.close();
  }

  [Symbol.dispose](): void {
    this.close();
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
      (base_url, service_id, task_id, attempt, losses, state, folder, gpus, created_at, updated_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`).run(
      owner.baseUrl,
      owner.serviceId,
      toSqlText(attempt.taskId),
      attempt.attempt,
      attempt.losses ?? 0,
      attempt.state,
      attempt.folder,
      attempt.gpus ? JSON.stringify(attempt.gpus) : null,
      now,
      now,
    );
    this.#store.sql("INSERT INTO tasks VALUES (?, ?)")
      .run(lastInsertRowid, JSON.stringify(attempt.task));
    return this.get(Number(lastInsertRowid));
  }
}
