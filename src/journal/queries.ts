import type { SQLInputValue } from "node:sqlite";
import * as z from "zod/mini";

import { inEnglish } from "../util/mod.ts";
import {
  attemptSchema,
  type AttemptSummary,
  ENDED,
  fileSchema,
  type State,
  STATES,
  summarySchema,
} from "./attempt_row.ts";
import { snakeCase, type Store } from "./store.ts";

/** The states of an attempt that has not ended, as SQL. */
export const OPEN_STATES = sqlList(STATES.filter((state) => !ENDED.includes(state)));

/** Those of one that holds a slot of the executor: its outputs are not collected yet. */
export const SLOT_STATES = sqlList(STATES.slice(0, STATES.indexOf("collected")));

/** Those of one that has ended. */
export const ENDED_STATES = sqlList(ENDED);

/** Those of one whose outputs are safe, or given up. */
export const REMOVABLE_STATES = sqlList(["collected", "reporting", ...ENDED]);

function sqlList(states: readonly State[]): string {
  return `(${states.map((state) => `'${state}'`).join(", ")})`;
}

/**
 * Deletes the longest ended attempts of which nothing is left to do. The `+` keeps SQLite from the index of
 * states, which is no help where almost all have been delivered.
 */
export const FORGET_ENDED = `DELETE FROM attempts WHERE id IN (
  SELECT id FROM attempts
  WHERE cleaned = 1 AND updated_at < ? AND (run_removed = 1 OR run_id IS NULL) AND (
    +state = 'lost'
    OR +state = 'undeliverable' AND discarded = 1
    OR +state = 'delivered')
  ORDER BY updated_at LIMIT ?)`;

/** Selects what `attemptSchema` reads. */
export const SELECT_ATTEMPT = `SELECT ${columnsOf(z.omit(attemptSchema, { task: true }))},
  (SELECT task FROM tasks WHERE attempt_id = attempts.id) AS task FROM attempts`;

/** Selects what `fileSchema` reads. */
export const SELECT_FILE = `SELECT ${columnsOf(fileSchema)} FROM files`;

/** Selects what `summarySchema` reads. */
const SELECT_SUMMARY = `SELECT ${columnsOf(z.omit(summarySchema, { unsent: true, owed: true }))},
  EXISTS (SELECT 1 FROM files WHERE attempt_id = attempts.id AND file_id IS NULL) AS unsent,
  EXISTS (SELECT 1 FROM files WHERE attempt_id = attempts.id AND file_id IS NULL
    AND (left_out IS NULL OR unread = 1)) AS owed
  FROM attempts`;

function columnsOf(schema: z.ZodMiniObject): string {
  return Object.keys(schema.shape).map((field) => `${snakeCase(field)} AS ${field}`).join(", ");
}

/** The attempts that fulfil a condition, in short. */
export function listAttempts(
  store: Store,
  where: string,
  ...values: SQLInputValue[]
): AttemptSummary[] {
  return store.sql(`${SELECT_SUMMARY} WHERE ${where}`).all(...values)
    .map((row) => summarySchema.parse(row, inEnglish));
}

/** How many attempts fulfil a condition. */
export function countAttempts(store: Store, where: string, ...values: string[]): number {
  const row = store.sql(`SELECT count(*) AS n FROM attempts WHERE ${where}`).get(...values);
  return Number(row?.n);
}

/** `cleaned` of attempts of which files may be there: none of them is removed yet, or some are. */
export const UNCLEANED = "(0, 2)";

/** Drops what only an attempt's files needed; part of a transaction. */
export function cleanAttempt(store: Store, id: number): void {
  store.sql("UPDATE attempts SET cleaned = 1, known_ids = NULL WHERE id = ?").run(id);
  store.sql("DELETE FROM tasks WHERE attempt_id = ?").run(id);
}
