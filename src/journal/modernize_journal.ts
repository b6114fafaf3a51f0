import { DatabaseSync } from "node:sqlite";

import { migrate, type Migration, pendingMigrations } from "./schema.ts";

/** How {@linkcode modernizeJournal} goes about it. */
export interface ModernizeOptions {
  /** The journal is an old one: some 10 s for 360,000 tasks. */
  readonly onBegin?: () => void;
  readonly signal: AbortSignal;
}

/**
 * Brings the journal of an older agent-core to the newest schema, and into a file that can shrink in
 * small steps (`auto_vacuum`). That means to copy it, in a thread of its own: the event loop must not
 * stand still so long. (VACUUM would do it too, but Deno refuses that to a program without all
 * permissions.) Whatever breaks it off, a crash or a full disk: the journal is whole afterwards.
 *
 * To be called by whoever has the data folder's lock, before {@linkcode openJournal}. Does nothing where
 * there is no journal, or a new one.
 *
 * @throws what SQLite or the system said of a step that failed, or the signal's reason.
 */
export async function modernizeJournal(
  path: string,
  { onBegin = () => {}, signal }: ModernizeOptions,
): Promise<void> {
  signal.throwIfAborted();
  if (!await Deno.stat(path).catch(() => undefined)) return;
  const work = workOn(path);
  if (work.migrations.length === 0 && !work.copy) return;
  onBegin();
  await inThread(work, signal);
}

interface Work {
  readonly path: string;
  readonly migrations: readonly Migration[];
  /** The file is of the kind that cannot shrink. */
  readonly copy: boolean;
}

const INCREMENTAL = 2; // https://sqlite.org/pragma.html#pragma_auto_vacuum

function workOn(path: string): Work {
  const db = new DatabaseSync(path);
  try {
    db.exec("PRAGMA busy_timeout = 5000");
    const migrations = pendingMigrations(db, path);
    const mode = db.prepare("PRAGMA auto_vacuum").get()?.auto_vacuum;
    return { path, migrations, copy: mode !== INCREMENTAL };
  } finally {
    db.close();
  }
}

/**
 * Runs in the thread, which gets it as text: it knows nothing of what stands around it here.
 *
 * The copy takes the old file's place by a rename. Nobody may write the old one meanwhile, nor may a
 * write-ahead log of it be left, which SQLite would lay over the new one: so it gives up its log first,
 * which it refuses while another process has it open, and stays locked until it has lost its name. Without
 * that name, SQLite writes it no more for anybody who still has it open.
 */
function modernize(
  Database: typeof DatabaseSync,
  bring: typeof migrate,
  { path, migrations, copy }: Work,
): void {
  const open = (file: string, pragmas: string) => {
    const db = new Database(file);
    db.exec(`PRAGMA busy_timeout = 5000; ${pragmas}`);
    return db;
  };
  const copyRows = (from: DatabaseSync, to: DatabaseSync) => {
    const parts = from.prepare("SELECT type, name, sql FROM sqlite_schema WHERE sql NOT NULL")
      .all();
    to.exec("BEGIN");
    for (const { name, sql } of parts.filter(({ type }) => type === "table")) {
      to.exec(String(sql));
      let insert;
      for (const row of from.prepare(`SELECT * FROM ${name}`).iterate()) {
        const values = Object.values(row);
        insert ??= to.prepare(`INSERT INTO ${name} VALUES (${values.map(() => "?").join(", ")})`);
        insert.run(...values);
      }
    }
    for (const { sql } of parts.filter(({ type }) => type === "index")) to.exec(String(sql));
    const version = from.prepare("PRAGMA user_version").get()?.user_version;
    to.exec(`PRAGMA user_version = ${version}; COMMIT`);
  };
  const sync = (file: string) => {
    if (Deno.build.os === "windows") return;
    using opened = Deno.openSync(file);
    opened.syncSync();
  };
  const remove = (file: string) => {
    try {
      Deno.removeSync(file);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  };
  const replace = () => {
    const fresh = `${path}.new`;
    const old = open(path, "PRAGMA journal_mode = DELETE; BEGIN IMMEDIATE");
    try {
      const mode = old.prepare("PRAGMA journal_mode").get()?.journal_mode;
      if (mode !== "delete") throw new Error("another process has it open");
      // An earlier start may have been broken off.
      remove(fresh);
      Deno.openSync(fresh, { write: true, createNew: true, mode: 0o600 }).close();
      const db = open(
        fresh,
        "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; " +
          "PRAGMA foreign_keys = OFF",
      );
      try {
        copyRows(old, db);
      } finally {
        db.close();
      }
      sync(fresh);
      // Windows renames no file that is open.
      if (Deno.build.os === "windows") old.close();
      Deno.renameSync(fresh, path);
      sync(path.replace(/[^/\\]*$/, "") || ".");
    } finally {
      if (old.isOpen) old.close();
      remove(fresh);
    }
  };
  const db = open(path, "");
  try {
    bring(db, migrations);
  } finally {
    db.close();
  }
  if (copy) replace();
}

async function inThread(work: Work, signal: AbortSignal): Promise<void> {
  const program = `
    import { DatabaseSync } from "node:sqlite";
    let problem = "";
    try {
      (${modernize})(DatabaseSync, ${migrate}, ${JSON.stringify(work)});
    } catch (error) {
      problem = String(error?.message || error);
    }
    postMessage(problem);`;
  // A compiled program finds no module behind a blob's address.
  const url = `data:text/javascript,${encodeURIComponent(program)}`;
  const worker = new Worker(url, { type: "module", name: "modernize-journal" });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  worker.onmessage = ({ data }) => data === "" ? resolve() : reject(new Error(data));
  worker.onerror = (event) => {
    event.preventDefault();
    reject(new Error(event.message));
  };
  try {
    await promise;
  } finally {
    signal.removeEventListener("abort", onAbort);
    worker.terminate();
  }
}
