import type { StatusReport, StopMode } from "../daemon/mod.ts";
import type { Text } from "../i18n/mod.ts";
import type { AttemptRow, Journal, Owner } from "../journal/mod.ts";
import type { Scheduler } from "../scheduler/mod.ts";
import type { Connectivity } from "../server/mod.ts";

/** What is known of an agent; what is undefined is not up yet. */
export interface AgentFacts {
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** What it is doing while it starts. */
  readonly news?: Text;
  readonly ending?: StopMode;
  readonly scheduler?: Scheduler;
  readonly connectivity?: Connectivity;
  readonly journal?: Journal;
  readonly owner: Owner;
  /** Name and version. */
  readonly engine?: string;
  readonly capacity: number;
}

/** What an agent answers to `status`. */
export function statusReport(facts: AgentFacts): StatusReport {
  const { scheduler, connectivity, journal, engine } = facts;
  const status = scheduler?.status();
  const trouble = connectivity?.trouble;
  return {
    ready: scheduler !== undefined,
    starting: scheduler ? undefined : facts.news,
    pid: Deno.pid,
    version: facts.version,
    startedAt: facts.startedAt,
    draining: status?.draining ?? false,
    stopping: facts.ending,
    lastPollAt: status?.lastPollAt,
    lastHeartbeatAt: status?.lastHeartbeatAt,
    lastError: connectivity?.lastError?.text,
    lastErrorAt: connectivity?.lastError?.at,
    obstacle: status?.obstacle,
    others: status?.others,
    server: trouble
      ? { state: trouble.kind, since: trouble.since, message: trouble.text }
      : { state: status?.lastHeartbeatAt === undefined ? "unknown" : "ok" },
    engine: engine === undefined ? { state: "unknown" } : { state: "ok", detail: engine },
    capacity: facts.capacity,
    undelivered: journal?.undelivered(facts.owner),
    undeliverable: journal?.undeliverable(),
    inDoubt: journal?.history.inDoubt().map(({ taskId }) => taskId),
    gpus: status?.gpus?.map(({ id, taskIds }) => ({ id, taskIds: [...taskIds] })),
    tasks: (status?.rows ?? []).map(taskOf),
  };
}

function taskOf(row: AttemptRow): StatusReport["tasks"][number] {
  return {
    taskId: row.taskId,
    state: row.state,
    attempt: row.attempt,
    startedAt: row.createdAt,
    stateSince: row.updatedAt,
    ending: row.cancelledAt === null ? row.endedBy ?? undefined : "cancel",
    runId: row.runId ?? undefined,
  };
}
