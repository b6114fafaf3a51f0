import * as z from "zod/mini";

/*
 * One connection, one question, one answer, each a line of JSON:
 *   {"secret":"…","request":{"command":"status"}}
 *   {"ok":true,"answer":{…}}   or   {"ok":false,"error":{"zh":"…","en":"…"}}
 * Unknown keys are ignored on both sides, so that a newer program can ask an older agent. Both sides load
 * this when they talk: `status` has nobody to talk to where no agent runs, and needs no schemas then.
 */

/** How an agent may be told to end. */
export const STOP_MODES = ["leave", "drain", "cancel-tasks"] as const;
/**
 * `leave`: go at once, containers work on and the next start takes them over. `drain`: take no new
 * tasks, go when those under way are delivered. `cancel-tasks`: stop and report them, then go.
 */
export type StopMode = (typeof STOP_MODES)[number];

const textSchema = z.lazy(() => z.object({ zh: z.string(), en: z.string() }));

const taskStatusSchema = z.lazy(() =>
  z.object({
    taskId: z.string(),
    /** The state in the journal: `accepted`, `running`, … */
    state: z.string(),
    attempt: z.int(),
    /** Milliseconds since 1970: when the agent took the task. */
    startedAt: z.number(),
    /** Milliseconds since 1970: when it came into this state. */
    stateSince: z.optional(z.number()),
    /** The Server wants it cancelled, or it is over time. */
    ending: z.optional(z.string()),
    runId: z.optional(z.string()),
    /** Why it does not get on, e.g. what refuses its report. */
    note: z.optional(textSchema),
  })
);

/** What one part of the world looked like last. */
const partSchema = z.lazy(() =>
  z.object({
    /** `ok`, `away`, `refusing`, `unknown`, … */
    state: z.string(),
    /** Milliseconds since 1970. */
    since: z.optional(z.number()),
    /** Version, address or name, whatever helps a person. */
    detail: z.optional(z.string()),
    message: z.optional(textSchema),
  })
);

const gpuSchema = z.lazy(() =>
  z.object({
    /** UUID, or what stands for it. */
    id: z.string(),
    /** The tasks that have it at present. */
    taskIds: z.array(z.string()),
  })
);

/** What a running agent says of itself. Times are milliseconds since 1970. */
export const statusReportSchema = z.lazy(() =>
  z.object({
    /** True from the moment that it can take tasks, false while it starts. */
    ready: z.boolean(),
    /** What it is doing while it is not ready: pulling an image … */
    starting: z.optional(textSchema),
    pid: z.int(),
    version: z.string(),
    startedAt: z.number(),
    /** True once it takes no new tasks and will go when those under way are done. */
    draining: z.boolean(),
    stopping: z.optional(z.enum(STOP_MODES)),
    lastPollAt: z.optional(z.number()),
    lastHeartbeatAt: z.optional(z.number()),
    lastError: z.optional(textSchema),
    lastErrorAt: z.optional(z.number()),
    /** Why it takes no tasks right now: engine away, disk full … */
    obstacle: z.optional(textSchema),
    /** Tasks that it keeps for another Server or service, and leaves alone. */
    others: z.optional(textSchema),
    server: z.optional(partSchema),
    engine: z.optional(partSchema),
    capacity: z.optional(z.int()),
    undelivered: z.optional(z.int()),
    undeliverable: z.optional(z.int()),
    /** Tasks whose accept was refused; their owner decides about them. */
    inDoubt: z.optional(z.array(z.string())),
    completed: z.optional(z.int()),
    failed: z.optional(z.int()),
    /** Absent where GPUs are everybody's. */
    gpus: z.optional(z.array(gpuSchema)),
    tasks: z.array(taskStatusSchema),
  })
);

export type StatusReport = z.infer<typeof statusReportSchema>;

/** A question to a running agent. */
export const controlRequestSchema = z.lazy(() =>
  z.discriminatedUnion("command", [
    z.object({ command: z.literal("status") }),
    z.object({ command: z.literal("stop"), mode: z.enum(STOP_MODES) }),
    z.object({ command: z.literal("fail"), taskId: z.string() }),
  ])
);
export type ControlRequest = z.infer<typeof controlRequestSchema>;

/** What comes back for each question. */
export const answerSchemas = {
  status: statusReportSchema,
  stop: z.lazy(() => z.object({ pid: z.int() })),
  fail: z.lazy(() => z.object({ pid: z.int() })),
} as const;
export type ControlAnswer<C extends ControlRequest["command"]> = z.infer<(typeof answerSchemas)[C]>;

/** The line that carries a question. */
export const requestLineSchema = z.lazy(() =>
  z.object({ secret: z.string(), request: z.unknown() })
);

/** The line that carries an answer. */
export const answerLineSchema = z.lazy(() =>
  z.discriminatedUnion("ok", [
    z.object({ ok: z.literal(true), answer: z.unknown() }),
    z.object({ ok: z.literal(false), error: textSchema }),
  ])
);

/** `agent.control`: where the channel is, and the secret that proves the owner. */
export const controlPointSchema = z.lazy(() =>
  z.object({
    address: z.string().check(z.minLength(1)),
    secret: z.string().check(z.minLength(1)),
  })
);
export type ControlPoint = z.infer<typeof controlPointSchema>;
