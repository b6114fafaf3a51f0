/**
 * Ended tasks with which something is being done: the Server is told of one once more, it hands one out
 * again, its files are cleaned up. One thing at a time, or they contradict each other.
 */
export class HeldTasks {
  readonly #ids = new Set<string>();

  has(taskId: string): boolean {
    return this.#ids.has(taskId);
  }

  /** Holds a task until the result is disposed. */
  hold(taskId: string): Disposable {
    this.#ids.add(taskId);
    return { [Symbol.dispose]: () => void this.#ids.delete(taskId) };
  }
}
