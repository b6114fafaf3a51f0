import { refuse } from "./refusal.ts";
import type { State } from "./state.ts";
import type { ServiceRow, TaskRow, TaskStatus } from "./records.ts";

/** A task that was handed back so many times is `failed` the next time, as on the real Server. */
const RETRY_LIMIT = 3;

/** What a poll is answered: a cancel hides everything else, then the oldest pending task. */
export function nextFor(state: State, serviceId: string): { cancel?: TaskRow; task?: TaskRow } {
  let task: TaskRow | undefined;
  for (const candidate of state.tasks.values()) {
    if (candidate.serviceId !== serviceId) continue;
    if (candidate.status === "cancelling") return { cancel: candidate };
    if (candidate.status === "pending") task ??= candidate;
  }
  return { task };
}

/** Gives a pending task to its service. @throws {Refusal} when it is not pending, or not there */
export function acceptTask(
  state: State,
  service: ServiceRow,
  taskId: string,
  { older }: { readonly older: boolean },
): void {
  const task = state.tasks.get(taskId);
  if (task?.serviceId !== service.id || task.status !== "pending") {
    const message = "Task not found or not in pending status";
    throw older ? refuse.conflict(message) : refuse.bad(message);
  }
  task.assignedAt = task.startedAt = Date.now();
  state.setStatus(task, "running");
  countLoad(state, service);
}

/** What an agent reports of a task. */
export interface Report {
  readonly taskId: string;
  readonly status: "completed" | "failed" | "cancelled";
  readonly output: Readonly<Record<string, unknown>> | null;
  readonly errorMessage: string | null;
  readonly fileIds: readonly string[];
}

/** Ends a task. @throws {Refusal} when it is neither running nor cancelling */
export function completeTask(state: State, service: ServiceRow, report: Report): void {
  const task = state.tasks.get(report.taskId);
  const open = task?.status === "running" || task?.status === "cancelling";
  if (!task || task.serviceId !== service.id || !open) {
    throw refuse.bad("Task not found or invalid status transition");
  }
  const { output, fileIds } = report;
  task.output = fileIds.length > 0 ? { ...output, file_ids: [...fileIds] } : output;
  task.errorMessage = report.errorMessage;
  task.completedAt = Date.now();
  state.setStatus(task, report.status);
  countLoad(state, service);
}

/** As a user cancels it: pending at once, running when the agent says so. @returns whether it could be */
export function cancelTask(state: State, task: TaskRow): boolean {
  if (task.status === "pending") {
    task.completedAt = Date.now();
    state.setStatus(task, "cancelled");
    return true;
  }
  if (task.status !== "running") return false;
  state.setStatus(task, "cancelling");
  return true;
}

/** What an agent says of itself. */
export interface Heartbeat {
  readonly status?: string | null;
  readonly currentLoad?: number | null;
  readonly capacity?: number | null;
}

/** Takes a heartbeat; even one that is refused counts as a sign of life. @throws {Refusal} 400 */
export function takeHeartbeat(service: ServiceRow, heartbeat: Heartbeat): void {
  service.lastHeartbeat = Date.now();
  if (service.status === "offline") service.status = "online";
  const { status, currentLoad: load, capacity } = heartbeat;
  if (status !== undefined && status !== null) {
    if (status !== "online" && status !== "busy" && status !== "offline") {
      throw refuse.bad(`Invalid status: ${status}`);
    }
    service.status = status;
  }
  if (typeof load === "number" && load < 0) throw refuse.bad("current_load cannot be negative");
  if (typeof capacity === "number" && capacity <= 0) throw refuse.bad("capacity must be positive");
  if (typeof load === "number" && typeof capacity === "number" && load > capacity) {
    throw refuse.bad(`current_load (${load}) cannot exceed capacity (${capacity})`);
  }
  service.currentLoad = load ?? service.currentLoad;
  service.capacity = capacity ?? service.capacity;
  if (service.status === "online" && service.currentLoad >= service.capacity) {
    service.status = "busy";
  }
}

/**
 * Marks silent agents as offline. As on the real Server, tasks are taken back only when an agent has
 * become offline by this, but then those of **every** silent agent: also of one that had called itself
 * `offline` before.
 */
export function sweepSilent(
  state: State,
  { offlineAfterMs }: { readonly offlineAfterMs: number },
): void {
  const threshold = Date.now() - offlineAfterMs;
  const silent = [...state.services.values()].filter((service) =>
    service.lastHeartbeat !== null && service.lastHeartbeat < threshold
  );
  const newly = silent.filter(({ status }) => status === "online" || status === "busy");
  for (const service of newly) {
    service.status = "offline";
    service.currentLoad = 0;
  }
  if (newly.length === 0) return;
  const ids = new Set(silent.map(({ id }) => id));
  for (const task of state.tasks.values()) {
    if (ids.has(task.serviceId)) takeBack(state, task);
  }
}

function takeBack(state: State, task: TaskRow): void {
  if (task.status === "cancelling") return end(state, task, "cancelled", "Agent 离线,任务取消完成");
  if (task.status !== "running") return;
  if (task.retryCount >= RETRY_LIMIT) return end(state, task, "failed", "任务重试次数超过上限");
  task.retryCount++;
  task.assignedAt = task.startedAt = null;
  state.setStatus(task, "pending");
}

function end(state: State, task: TaskRow, status: TaskStatus, message: string): void {
  task.errorMessage = message;
  task.completedAt = Date.now();
  state.setStatus(task, status);
}

/** Counts the load anew. An accept or a complete does not make an offline agent online again. */
function countLoad(state: State, service: ServiceRow): void {
  let running = 0;
  for (const task of state.tasks.values()) {
    if (task.serviceId === service.id && task.status === "running") running++;
  }
  service.currentLoad = running;
  if (service.status !== "offline") {
    service.status = running >= service.capacity ? "busy" : "online";
  }
}
