import type {
  ClientRow,
  DevFile,
  DevService,
  DevSnapshot,
  DevTask,
  FileRow,
  ServiceRow,
  TaskRow,
  TaskStatus,
} from "./records.ts";

/** All that a Server knows. Maps keep the order of creation. */
export class State {
  readonly services = new Map<string, ServiceRow>();
  readonly clients = new Map<string, ClientRow>();
  readonly tasks = new Map<string, TaskRow>();
  readonly files = new Map<string, FileRow>();
  readonly #listeners = new Set<(task: DevTask) => void>();

  /** Calls back after each change of a task. @returns what ends that */
  onTask(listener: (task: DevTask) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells everybody who listens that a task has changed. */
  changed(task: TaskRow): void {
    const view = viewTask(task);
    for (const listener of [...this.#listeners]) listener(view);
  }

  /** Gives a task another status and tells everybody. */
  setStatus(task: TaskRow, status: TaskStatus): void {
    task.status = status;
    task.history.push({ status, at: Date.now() });
    this.changed(task);
  }

  /** Files of a task, oldest first. */
  filesOf(taskId: string): FileRow[] {
    return [...this.files.values()].filter((file) => file.taskId === taskId);
  }

  snapshot(): DevSnapshot {
    return structuredClone({
      services: [...this.services.values()],
      clients: [...this.clients.values()],
      tasks: [...this.tasks.values()],
      files: [...this.files.values()],
    });
  }

  /** Forgets everything and knows what the backup knew. */
  restore(snapshot: DevSnapshot): void {
    const copy = structuredClone(snapshot);
    refill(this.services, copy.services);
    refill(this.clients, copy.clients);
    refill(this.tasks, copy.tasks);
    refill(this.files, copy.files);
    for (const task of this.tasks.values()) this.changed(task);
  }
}

function refill<T extends { id: string }>(map: Map<string, T>, rows: readonly T[]): void {
  map.clear();
  for (const row of rows) map.set(row.id, row);
}

/** A task as it is shown outside: a copy that stays as it is. */
export function viewTask(task: TaskRow): DevTask {
  return { ...task, history: [...task.history], inputFileIds: [...task.inputFileIds] };
}

/** A file as it is shown outside. */
export function viewFile({ reportedSize: _, ...file }: FileRow): DevFile {
  return file;
}

/** A service as it is shown outside, without its secrets. */
export function viewService(
  { token: _t, usedToken: _u, apiKey, ...service }: ServiceRow,
): DevService {
  return { ...service, registered: apiKey !== null };
}

/** A random id with the Server's kind of prefix. */
export function randomId(prefix: string): string {
  return prefix + crypto.randomUUID().replaceAll("-", "");
}
