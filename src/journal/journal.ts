import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";

import {
  type AttemptChange,
  type AttemptRow,
  attemptSchema,
  type FileRow,
  fileSchema,
  type State,
} from "./attempt_row.ts";
import { toSqlText } from "./sql_text.ts";

/** Whose tasks these are: an id alone could belong to two Servers. */
export interface Owner {
  readonly baseUrl: string;
  readonly serviceId: string;
}

/** How a {@linkcode Journal} writes. */
export interface JournalOptions {
  /** Called when the disk is full, to make room; the write is tried once more then. */
  readonly onFull?: () => void;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** The ends of an attempt: nothing is left to do but to clean up. */
export const ENDED: readonly State[] = ["delivered", "undeliverable", "lost"];

const SQLITE_FULL = 13; // https://sqlite.org/rescode.html#full

/** The state of every attempt and every output file, on disk. */
export class Journal implements Disposable {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #onFull: () => void;
  readonly #now: () => number;

  constructor(db: DatabaseSync, { onFull = () => {}, now = Date.now }: JournalOptions) {
    this.#db = db;
    this.#onFull = onFull;
    this.#now = now;
  }

  /** Writes a new attempt down and returns its row. */
  add(
    owner: Owner,
    attempt: {
      readonly taskId: string;
      readonly attempt: number;
      readonly state: State;
      readonly task: unknown;
      readonly folder: string;
      readonly losses?: number;
    },
  ): AttemptRow {
    const now = this.#now();
    const { lastInsertRowid } = this.#write(() =>
      this.#sql(`INSERT INTO attempts
        (base_url, service_id, task_id, attempt, losses, state, task, folder, created_at, updated_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`).run(
        owner.baseUrl,
        owner.serviceId,
        toSqlText(attempt.taskId),
        attempt.attempt,
        attempt.losses ?? 0,
        attempt.state,
        JSON.stringify(attempt.task),
        attempt.folder,
        now,
        now,
      )
    );
    return this.get(Number(lastInsertRowid));
  }

  /** The row with this number. */
  get(id: number): AttemptRow {
    return attemptSchema.parse(this.#sql("SELECT * FROM attempts WHERE id = ?").get(id));
  }

  /** The newest attempt at a task, if there was one. */
  latest(owner: Owner, taskId: string): AttemptRow | undefined {
    const row = this.#sql(`SELECT * FROM attempts
      WHERE base_url = ? AND service_id = ? AND task_id = ? ORDER BY attempt DESC LIMIT 1`)
      .get(owner.baseUrl, owner.serviceId, toSqlText(taskId));
    return row && attemptSchema.parse(row);
  }

  /** Every attempt that has not ended, oldest first: what recovery goes on with. */
  open(): AttemptRow[] {
    return this.#rows("state NOT IN ('delivered', 'undeliverable', 'lost') ORDER BY id");
  }

  /** How many results wait for the Server. */
  undelivered(): number {
    const row = this.#sql(
      "SELECT count(*) AS n FROM attempts WHERE state IN ('collected', 'reporting')",
    ).get();
    return Number(row?.n);
  }

  /** How many results the Server will never take, and nobody has discarded yet. */
  undeliverable(): number {
    const row = this.#sql(
      "SELECT count(*) AS n FROM attempts WHERE state = 'undeliverable' AND discarded = 0",
    ).get();
    return Number(row?.n);
  }

  /** The newest attempts, newest first. */
  recent(limit: number): AttemptRow[] {
    return this.#rows("1 ORDER BY id DESC LIMIT ?", limit);
  }

  /** The newest attempt at each task whose id begins so, of whatever Server; a whole id goes first. */
  find(start: string): AttemptRow[] {
    const end = `${start}\u{10ffff}`;
    const rows = this.#rows("task_id >= ? AND task_id <= ? ORDER BY id DESC LIMIT 100", start, end)
      .filter((row, at, all) => all.findIndex((other) => other.taskId === row.taskId) === at);
    const whole = rows.filter((row) => row.taskId === start);
    return whole.length > 0 ? whole : rows;
  }

  /** Ended attempts of which the Server did not take everything, and that nobody has discarded. */
  unsettled(): AttemptRow[] {
    return this.#rows(
      `discarded = 0 AND (state = 'undeliverable' OR state = 'delivered' AND EXISTS (
      SELECT 1 FROM files WHERE attempt_id = attempts.id AND left_out IS NOT NULL)) ORDER BY id`,
    );
  }

  /**
   * Gives up what the Server did not take of an ended attempt, so that its files may go. Safe beside a
   * running agent, which does nothing more with an ended one.
   *
   * @returns false when it has not ended
   */
  discard(id: number): boolean {
    const { changes } = this.#write(() =>
      this.#sql(
        "UPDATE attempts SET discarded = 1, updated_at = ? WHERE id = ? AND state IN (?, ?, ?)",
      ).run(this.#now(), id, ...ENDED)
    );
    return Number(changes) > 0;
  }

  /** Attempts whose outputs are safe, or given up, and whose run the executor may still hold. */
  unremoved(): AttemptRow[] {
    return this.#rows(
      `run_removed = 0 AND run_id IS NOT NULL AND state IN ('collected', 'reporting', ?, ?, ?)`,
      ...ENDED,
    );
  }

  /** Ended attempts whose workspace and log are still there, the longest ended first. */
  uncleaned(): AttemptRow[] {
    return this.#rows("cleaned = 0 AND state IN (?, ?, ?) ORDER BY updated_at", ...ENDED);
  }

  /** Writes changes into a row and returns it as it is then. */
  update(id: number, change: AttemptChange): AttemptRow {
    this.#write(() => this.#change(id, change));
    return this.get(id);
  }

  /** Ends an attempt as lost and writes the next one down, in one step. */
  renew(row: AttemptRow, folder: string): AttemptRow {
    return this.#transaction(() => {
      // Its folder and its log are the next attempt's from here on.
      this.#change(row.id, { state: "lost", endedBy: "lost", cleaned: true });
      return this.add(row, {
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
    this.#write(() => this.#sql("DELETE FROM attempts WHERE id = ?").run(id));
  }

  /** Writes a run's output files down together with the change that announces them. */
  collect(
    id: number,
    files: readonly { readonly name: string; readonly size: number; readonly source: unknown }[],
    change: AttemptChange,
  ): AttemptRow {
    return this.#transaction(() => {
      this.#sql("DELETE FROM files WHERE attempt_id = ?").run(id);
      const insert = this.#sql(
        "INSERT INTO files (attempt_id, position, name, size, source) VALUES (?, ?, ?, ?, ?)",
      );
      files.forEach((file, position) =>
        insert.run(id, position, file.name, file.size, JSON.stringify(file.source))
      );
      this.#change(id, change);
      return this.get(id);
    });
  }

  /** The output files of an attempt, in the order of their upload. */
  files(id: number): FileRow[] {
    return this.#sql("SELECT * FROM files WHERE attempt_id = ? ORDER BY position").all(id)
      .map((row) => fileSchema.parse(row));
  }

  /** Writes down what became of one output file. */
  updateFile(
    id: number,
    position: number,
    change: Partial<Pick<FileRow, "tried" | "fileId" | "leftOut">>,
  ): void {
    this.#write(() => this.#set("files", change, "attempt_id = ? AND position = ?", id, position));
  }

  /** A single fact that outlives the process. */
  fact(key: string): string | undefined {
    const row = this.#sql("SELECT value FROM facts WHERE key = ?").get(key);
    return row === undefined ? undefined : String(row.value);
  }

  /** Writes a single fact down. */
  setFact(key: string, value: string): void {
    this.#write(() =>
      this.#sql(
        "INSERT INTO facts VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
      )
        .run(key, value)
    );
  }

  close(): void {
    this.#db.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #rows(where: string, ...values: SQLInputValue[]): AttemptRow[] {
    return this.#sql(`SELECT * FROM attempts WHERE ${where}`).all(...values)
      .map((row) => attemptSchema.parse(row));
  }

  #change(id: number, change: AttemptChange): void {
    this.#set("attempts", { ...change, updatedAt: this.#now() }, "id = ?", id);
  }

  #set(
    table: "attempts" | "files",
    change: Readonly<Record<string, unknown>>,
    where: string,
    ...keys: SQLInputValue[]
  ): void {
    const entries = Object.entries(change).filter(([, value]) => value !== undefined);
    const columns = entries.map(([key]) => `${snakeCase(key)} = ?`).join(", ");
    const values = entries.map(([, value]) => toSql(value));
    this.#sql(`UPDATE ${table} SET ${columns} WHERE ${where}`).run(...values, ...keys);
  }

  #transaction<T>(work: () => T): T {
    return this.#write(() => {
      this.#db.exec("BEGIN IMMEDIATE");
      try {
        const result = work();
        this.#db.exec("COMMIT");
        return result;
      } catch (error) {
        if (this.#db.isTransaction) this.#db.exec("ROLLBACK");
        throw error;
      }
    });
  }

  /** Runs a write; on a full disk, room is made and the write is run once more. */
  #write<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (!isDiskFull(error) || this.#db.isTransaction) throw error;
      this.#onFull();
      return work();
    }
  }

  #sql(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) this.#statements.set(sql, statement = this.#db.prepare(sql));
    return statement;
  }
}

function isDiskFull(error: unknown): boolean {
  const { errcode, message } = error as { errcode?: number; message?: string };
  return errcode === SQLITE_FULL || /database or disk is full/.test(message ?? "");
}

function snakeCase(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function toSql(value: unknown): SQLInputValue {
  if (value === null || typeof value === "number" || typeof value === "string") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  return JSON.stringify(value);
}
