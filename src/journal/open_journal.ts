import { DatabaseSync } from "node:sqlite";

import { Failure, journalText, textOf } from "../i18n/mod.ts";
import { Journal, type JournalOptions } from "./journal.ts";
import { assertNewest, migrate, pendingMigrations } from "./schema.ts";

/** Bytes of the write-ahead log that stay on disk once it has been carried over. */
const WAL_BYTES = 8 * 2 ** 20;

/**
 * Opens the journal at `path`, making it when it is not there (readable by its owner alone).
 * What is written is on disk when a call returns: WAL with synchronous=FULL.
 *
 * @throws {Failure} when it is no database, is damaged, or was written by a newer agent-core.
 */
export function openJournal(path: string, options: JournalOptions = {}): Journal {
  return opened(path, { readOnly: false }, (db) => {
    db.exec(`
      PRAGMA busy_timeout = 5000;
      PRAGMA auto_vacuum = INCREMENTAL;
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA journal_size_limit = ${WAL_BYTES};
    `);
    migrate(db, pendingMigrations(db, path));
    return new Journal(db, options);
  });
}

/**
 * Opens a journal only to read it, which does not disturb an agent that is writing it.
 *
 * @throws {Failure} when it is no database, is damaged, or another version of agent-core wrote it.
 */
export function readJournal(path: string): Journal {
  return opened(path, { readOnly: true }, (db) => {
    db.exec("PRAGMA busy_timeout = 5000");
    assertNewest(db, path);
    return new Journal(db, {});
  });
}

function opened(
  path: string,
  { readOnly }: { readonly readOnly: boolean },
  open: (db: DatabaseSync) => Journal,
): Journal {
  let db: DatabaseSync | undefined;
  try {
    // What SQLite makes is for everybody to read.
    if (!readOnly) Deno.openSync(path, { write: true, create: true, mode: 0o600 }).close();
    db = new DatabaseSync(path, { readOnly });
    return open(db);
  } catch (error) {
    db?.close();
    if (error instanceof Failure) throw error;
    throw new Failure(journalText.cannotOpen({ path, reason: textOf(error) }), { cause: error });
  }
}
