import * as z from "zod/mini";

import type { Text } from "../i18n/mod.ts";
import { fromSqlText } from "./sql_text.ts";

/**
 * Where an attempt at a task stands. A state is written before the step that it announces; the last
 * four are the ends: `lost` (another attempt may take its place), `in_doubt` (the Server refused to give
 * a task that it had handed out: another agent's, or this one's whose accept was carried out twice).
 */
export const STATES = [
  "accepting",
  "accepted",
  "prepared",
  "created",
  "running",
  "exited",
  "collected",
  "reporting",
  "delivered",
  "undeliverable",
  "lost",
  "in_doubt",
] as const;
export type State = (typeof STATES)[number];

/** The ends of an attempt: nothing is left to do but to clean up. */
export const ENDED: readonly State[] = ["delivered", "undeliverable", "lost", "in_doubt"];

/**
 * Why a run ended: by itself, or what ended it. `refused` never had a container; `orphaned`: the Server
 * has the task as running, and nobody here works on it; `elsewhere`: the Server had ended it before it ran.
 */
export const ENDINGS = [
  "itself",
  "timeout",
  "cancel",
  "lost",
  "disk",
  "refused",
  "orphaned",
  "elsewhere",
] as const;
export type Ending = (typeof ENDINGS)[number];

const text = z.object({ zh: z.string(), en: z.string() });
const json = <T extends z.ZodMiniType>(schema: T) =>
  z.pipe(z.pipe(z.string(), z.transform((words) => JSON.parse(words) as unknown)), schema);
const flag = z.pipe(z.number(), z.transform((value) => value !== 0));

/** The report of a run as it is sent: without the file ids, which the file rows hold. */
export const reportSchema = z.object({
  status: z.enum(["completed", "failed", "cancelled"]),
  output: z.nullable(z.record(z.string(), z.unknown())),
  errorMessage: z.nullable(z.string()),
});
export type StoredReport = z.infer<typeof reportSchema>;

const columns = {
  id: z.number(),
  base_url: z.string(),
  service_id: z.string(),
  task_id: z.pipe(z.string(), z.transform(fromSqlText)),
  attempt: z.number(),
  losses: z.number(),
  state: z.enum(STATES),
  task: z.nullable(json(z.unknown())),
  folder: z.string(),
  run_id: z.nullable(z.string()),
  run_removed: flag,
  started_at: z.nullable(z.number()),
  ended_at: z.nullable(z.number()),
  exit_code: z.nullable(z.number()),
  ended_by: z.nullable(z.enum(ENDINGS)),
  problem: z.nullable(json(text)),
  cancelled_at: z.nullable(z.number()),
  report: z.nullable(json(reportSchema)),
  known_ids: z.nullable(json(z.array(z.string()))),
  complete_unanswered: flag,
  files_unsure: flag,
  trouble_ms: z.number(),
  cleaned: flag,
  discarded: flag,
  created_at: z.number(),
  updated_at: z.number(),
};

/** One attempt at a task. Times are milliseconds since the epoch. */
export const attemptSchema = z.pipe(
  z.object(columns),
  z.transform((row) => ({
    id: row.id,
    baseUrl: row.base_url,
    serviceId: row.service_id,
    taskId: row.task_id,
    /** 1 for the first. */
    attempt: row.attempt,
    /** How many attempts before it the engine lost. */
    losses: row.losses,
    state: row.state,
    /** The poll's answer as it came; null once the files have been cleaned up. */
    task: row.task,
    /** Name of the workspace's folder. */
    folder: row.folder,
    /** The executor's id of the run: a container id. */
    runId: row.run_id,
    /** The executor holds nothing of this run any more. */
    runRemoved: row.run_removed,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    exitCode: row.exit_code,
    endedBy: row.ended_by,
    /** What went wrong, for the task's user. */
    problem: row.problem,
    /** When a cancel was seen. */
    cancelledAt: row.cancelled_at,
    report: row.report,
    /** Files that the Server held before this attempt's first upload. */
    knownIds: row.known_ids,
    /** A `complete` was sent and its answer never came. */
    completeUnanswered: row.complete_unanswered,
    /** The Server handed the task out again: maybe it was set back to before it had the files. */
    filesUnsure: row.files_unsure,
    /** How long the agent has tried to read its files in spite of trouble of the machine, milliseconds. */
    troubleMs: row.trouble_ms,
    /** Workspace and log are gone. */
    cleaned: row.cleaned,
    /** Its owner has given up what the Server did not take of it. */
    discarded: row.discarded,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  })),
);
export type AttemptRow = z.infer<typeof attemptSchema>;

/** What a listing shows of an attempt: nothing that can be large. See `SUMMARY`. */
export const summarySchema = z.pipe(
  z.object({
    ...z.pick(z.object(columns), {
      id: true,
      base_url: true,
      service_id: true,
      task_id: true,
      attempt: true,
      state: true,
      folder: true,
      run_id: true,
      started_at: true,
      ended_at: true,
      exit_code: true,
      ended_by: true,
      cancelled_at: true,
      cleaned: true,
      discarded: true,
      created_at: true,
      updated_at: true,
    }).shape,
    report_status: z.nullable(reportSchema.shape.status),
    unsent: flag,
    owed: flag,
  }),
  z.transform((row) => ({
    id: row.id,
    baseUrl: row.base_url,
    serviceId: row.service_id,
    taskId: row.task_id,
    attempt: row.attempt,
    state: row.state,
    folder: row.folder,
    runId: row.run_id,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    exitCode: row.exit_code,
    endedBy: row.ended_by,
    cancelledAt: row.cancelled_at,
    /** How its report says that it ended; null before there is one. */
    reportStatus: row.report_status,
    /** The Server does not have all of its files. */
    unsent: row.unsent,
    /** Of these, some that it has not refused either. */
    owed: row.owed,
    cleaned: row.cleaned,
    discarded: row.discarded,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  })),
);
export type AttemptSummary = z.infer<typeof summarySchema>;

/** One output file of an attempt. */
export const fileSchema = z.pipe(
  z.object({
    position: z.number(),
    name: z.string(),
    size: z.number(),
    source: json(z.unknown()),
    tried: flag,
    file_id: z.nullable(z.string()),
    left_out: z.nullable(json(text)),
    unread: flag,
  }),
  z.transform((row) => ({
    position: row.position,
    /** As sent to the Server. */
    name: row.name,
    /** Bytes. */
    size: row.size,
    /** How the workspace finds it again. */
    source: row.source,
    /** An upload of it began at some time. */
    tried: row.tried,
    /** Set once the Server has it. */
    fileId: row.file_id,
    /** Why the Server will never have it. */
    leftOut: row.left_out,
    /** It is left out for this machine's trouble: the Server has never seen it. */
    unread: row.unread,
  })),
);
export type FileRow = z.infer<typeof fileSchema>;

/** What may be written into an attempt's row; keys that are absent stay as they are. */
export type AttemptChange = Partial<
  Omit<
    AttemptRow,
    "id" | "baseUrl" | "serviceId" | "taskId" | "attempt" | "task" | "createdAt" | "updatedAt"
  >
>;

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
