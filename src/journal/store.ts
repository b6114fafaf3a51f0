import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";

const SQLITE_FULL = 13; // https://sqlite.org/rescode.html#full

/** A database whose writes survive a full disk, if room can be made, and whose statements are kept. */
export class Store {
  readonly #db: DatabaseSync;
  readonly #onFull: () => void;
  readonly #statements = new Map<string, StatementSync>();

  /** @param onFull makes room on the disk */
  constructor(db: DatabaseSync, onFull: () => void) {
    this.#db = db;
    this.#onFull = onFull;
  }

  /** A prepared statement; the same for the same words. */
  sql(words: string): StatementSync {
    let statement = this.#statements.get(words);
    if (!statement) this.#statements.set(words, statement = this.#db.prepare(words));
    return statement;
  }

  /** Runs a write; on a full disk, room is made and the write is run once more. */
  write<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (!isDiskFull(error) || this.#db.isTransaction) throw error;
      this.#onFull();
      return work();
    }
  }

  /** Runs one statement that writes, outside of any transaction. @returns how many rows it changed */
  run(words: string, ...values: SQLInputValue[]): number {
    return Number(this.write(() => this.sql(words).run(...values)).changes);
  }

  /** Runs writes of which all take effect, or none. */
  transaction<T>(work: () => T): T {
    return this.write(() => {
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

  /** Writes values into rows; keys are the columns' in camel case, those that are undefined stay. */
  set(
    table: "attempts" | "files",
    change: Readonly<Record<string, unknown>>,
    where: string,
    ...keys: SQLInputValue[]
  ): void {
    const entries = Object.entries(change).filter(([, value]) => value !== undefined);
    const columns = entries.map(([key]) => `${snakeCase(key)} = ?`).join(", ");
    const values = entries.map(([, value]) => toSql(value));
    this.sql(`UPDATE ${table} SET ${columns} WHERE ${where}`).run(...values, ...keys);
  }

  close(): void {
    this.#db.close();
  }
}

function isDiskFull(error: unknown): boolean {
  const { errcode, message } = error as { errcode?: number; message?: string };
  return errcode === SQLITE_FULL || /database or disk is full/.test(message ?? "");
}

/** The name of the column that a field is kept in. */
export function snakeCase(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function toSql(value: unknown): SQLInputValue {
  if (value === null || typeof value === "number" || typeof value === "string") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  return JSON.stringify(value);
}
