import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import {
  type AttemptChange,
  type AttemptRow,
  attemptSchema,
  ENDED,
  type FileRow,
  fileSchema,
  type State,
} from "./attempt_row.ts";
import type { Text } from "../i18n/mod.ts";
import { toSqlText } from "./sql_text.ts";
import { Store } from "./store.ts";
import { inEnglish } from "../util/mod.ts";

/** Whose tasks these are: an id alone could belong to two Servers. */
export interface Owner {
  readonly baseUrl: string;
  readonly serviceId: string;
}

/** Whether a row is this owner's. */
export function isOwnedBy(row: Owner, { baseUrl, serviceId }: Owner): boolean {
  return row.baseUrl === baseUrl && row.serviceId === serviceId;
}

/** An output file as it is written down when it is collected. */
export interface CollectedFile {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly source: unknown;
  /** Why it could not be read, where it is left out for that. */
  readonly unread?: Text;
}

/** How a {@linkcode Journal} writes. */
export interface JournalOptions {
  /** Called when the disk is full, to make room; the write is tried once more then. */
  readonly onFull?: () => void;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** The state of every attempt and every output file, on disk. */
export class Journal implements Disposable {
  readonly #store: Store;
  readonly #now: () => number;

  constructor(db: DatabaseSync, { onFull = () => {}, now = Date.now }: JournalOptions) {
    this.#store = new Store(db, onFull);
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
    const { lastInsertRowid } = this.#store.write(() =>
      this.#store.sql(`INSERT INTO attempts
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
    return attemptSchema.parse(
      this.#store.sql("SELECT * FROM attempts WHERE id = ?").get(id),
      inEnglish,
    );
  }

  /** The newest attempt at a task, if there was one. */
  latest(owner: Owner, taskId: string): AttemptRow | undefined {
    const row = this.#store.sql(`SELECT * FROM attempts
      WHERE base_url = ? AND service_id = ? AND task_id = ? ORDER BY attempt DESC LIMIT 1`)
      .get(owner.baseUrl, owner.serviceId, toSqlText(taskId));
    return row && attemptSchema.parse(row, inEnglish);
  }

  /** Every attempt that has not ended, oldest first: what recovery goes on with. */
  open(): AttemptRow[] {
    return this.#rows("state NOT IN ('delivered', 'undeliverable', 'lost') ORDER BY id");
  }

  /** How many results wait for the Server. */
  undelivered(): number {
    return this.#count("state IN ('collected', 'reporting')");
  }

  /** How many results the Server will never take, and nobody has discarded yet. */
  undeliverable(): number {
    return this.#count("state = 'undeliverable' AND discarded = 0");
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

  /** Ended attempts of which the Server did not take everything, and whose files are still here. */
  unsettled(): AttemptRow[] {
    return this.#rows(
      `discarded = 0 AND cleaned = 0 AND (state = 'undeliverable' OR state = 'delivered' AND EXISTS (
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
    const { changes } = this.#store.write(() =>
      this.#store.sql(
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
    this.#store.write(() => this.#change(id, change));
    return this.get(id);
  }

  /** Ends an attempt as lost and writes the next one down, in one step. */
  renew(row: AttemptRow, folder: string): AttemptRow {
    return this.#store.transaction(() => {
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
    this.#store.write(() => this.#store.sql("DELETE FROM attempts WHERE id = ?").run(id));
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

  #rows(where: string, ...values: SQLInputValue[]): AttemptRow[] {
    return this.#store.sql(`SELECT * FROM attempts WHERE ${where}`).all(...values)
      .map((row) => attemptSchema.parse(row, inEnglish));
  }

  #count(where: string): number {
    return Number(this.#store.sql(`SELECT count(*) AS n FROM attempts WHERE ${where}`).get()?.n);
  }

  #change(id: number, change: AttemptChange): void {
    this.#store.set("attempts", { ...change, updatedAt: this.#now() }, "id = ?", id);
  }
}
