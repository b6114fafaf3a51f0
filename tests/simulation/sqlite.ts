import { DatabaseSync, StatementSync } from "node:sqlite";

import { put } from "./globals.ts";
import { diskHere } from "./in_turn.ts";

const WRITES = /^\s*(?:INSERT|UPDATE|DELETE|REPLACE)/i;

/** Lets the journal meet a full disk as SQLite meets it: at what writes. */
export function installSqlite(): void {
  for (const name of ["run", "get", "all"] as const) {
    const call = StatementSync.prototype[name] as (...values: unknown[]) => unknown;
    put(StatementSync.prototype, name, function (this: StatementSync, ...values: unknown[]) {
      if (WRITES.test(this.sourceSQL)) check();
      return call.apply(this, values);
    });
  }
  const { exec } = DatabaseSync.prototype;
  put(DatabaseSync.prototype, "exec", function (this: DatabaseSync, sql: string) {
    if (/^\s*COMMIT/i.test(sql)) check();
    return exec.call(this, sql);
  });
}

function check(): void {
  if (diskHere()?.takesJournal() ?? true) return;
  throw Object.assign(new Error("database or disk is full"), {
    code: "ERR_SQLITE_ERROR",
    errcode: 13,
  });
}
