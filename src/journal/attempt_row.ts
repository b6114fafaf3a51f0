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

/**
 * One attempt at a task, as the journal selects it: a field's column has its name in snake case. Times are
 * milliseconds since the epoch.
 */
export const attemptSchema = z.object({
  id: z.number(),
  baseUrl: z.string(),
  serviceId: z.string(),
  taskId: z.pipe(z.string(), z.transform(fromSqlText)),
  /** 1 for the first. */
  attempt: z.number(),
  /** How many attempts before it the engine lost. */
  losses: z.number(),
  state: z.enum(STATES),
  /** The poll's answer as it came; null once the files have been cleaned up. */
  task: z.nullable(json(z.unknown())),
  /** Name of the workspace's folder. */
  folder: z.string(),
  /** The executor's id of the run: a container id. */
  runId: z.nullable(z.string()),
  /** The ids of the GPUs that it has for itself; null where GPUs are everybody's. */
  gpus: z.nullable(json(z.array(z.string()))),
  /** The executor holds nothing of this run any more. */
  runRemoved: flag,
  startedAt: z.nullable(z.number()),
  /** How long the machine had been up when it was started, milliseconds; before that, when it was ready to be. */
  startedUp: z.nullable(z.number()),
  endedAt: z.nullable(z.number()),
  exitCode: z.nullable(z.number()),
  endedBy: z.nullable(z.enum(ENDINGS)),
  /** What went wrong, for the task's user. */
  problem: z.nullable(json(text)),
  /** When a cancel was seen. */
  cancelledAt: z.nullable(z.number()),
  report: z.nullable(json(reportSchema)),
  /** Files that the Server held before this attempt's first upload. */
  knownIds: z.nullable(json(z.array(z.string()))),
  /** A `complete` was sent and its answer never came. */
  completeUnanswered: flag,
  /** How long the agent has tried to read its files in spite of trouble of the machine, milliseconds. */
  troubleMs: z.number(),
  /** Workspace and log are gone, or on their way: some of it may be there still. */
  cleaned: flag,
  /** Its owner has given up what the Server did not take of it. */
  discarded: flag,
  createdAt: z.number(),
  updatedAt: z.number(),
});
export type AttemptRow = z.infer<typeof attemptSchema>;

/** What a listing shows of an attempt: nothing that can be large. */
export const summarySchema = z.extend(
  z.pick(attemptSchema, {
    id: true,
    baseUrl: true,
    serviceId: true,
    taskId: true,
    attempt: true,
    state: true,
    folder: true,
    runId: true,
    startedAt: true,
    endedAt: true,
    exitCode: true,
    endedBy: true,
    cancelledAt: true,
    cleaned: true,
    discarded: true,
    createdAt: true,
    updatedAt: true,
  }),
  {
    /** How its report says that it ended; null before there is one. */
    reportStatus: z.nullable(reportSchema.shape.status),
    /** The Server does not have all of its files. */
    unsent: flag,
    /** Of these, some that it has not refused either. */
    owed: flag,
  },
);
export type AttemptSummary = z.infer<typeof summarySchema>;

/** One output file of an attempt. */
export const fileSchema = z.object({
  position: z.number(),
  /** As sent to the Server. */
  name: z.string(),
  /** Bytes. */
  size: z.number(),
  /** How the workspace finds it again. */
  source: json(z.unknown()),
  /** An upload of it began at some time. */
  tried: flag,
  /** Set once the Server has it. */
  fileId: z.nullable(z.string()),
  /** Why the Server will never have it. */
  leftOut: z.nullable(json(text)),
  /** It is left out for this machine's trouble: the Server has never seen it. */
  unread: flag,
});
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
  /** @default {null} */
  readonly gpus?: readonly string[] | null;
}
