/** Another text in the place of one that is in a file once. */
export interface Change {
  /** From the repository's root. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** A fault of the program that the simulation has to find. */
export interface Fault extends Change {
  /** What the program does wrong with it. */
  readonly name: string;
  /** What else has to be changed for it. */
  readonly also?: readonly Change[];
  /** From seed 1 on, so many are enough: some five times those that were needed when it was planted. */
  readonly within: number;
}

/** Faults, each for a copy of the program of its own; those that take longest first. */
export const PLANTED: readonly Fault[] = [
  {
    name: "a result is not put on the disk before its container may go",
    file: "src/workspace/collect_outputs.ts",
    find: "syncChosen(root, work.collector.chosen, signal);",
    replace: "syncChosen(root, [], signal);",
    within: 390,
  },
  {
    name: "a container that was refused its start counts as lost",
    file: "src/scheduler/task/run_task.ts",
    find: '  attempt.update({ state: "prepared", runId: null });',
    replace: "",
    within: 230,
  },
  {
    name: "requests have no budget",
    file: "src/server/budget.ts",
    find: "if (perMinute === Infinity) return unlimited();",
    replace: "if (perMinute > 0) return unlimited();",
    within: 180,
  },
  {
    name: "a task is asked for beside its report",
    file: "src/scheduler/task/reclaim.ts",
    find: "  if (claim.isReporting) return false;\n  // Noted first",
    replace: "  // Noted first",
    also: [{
      file: "src/scheduler/task/claim.ts",
      find: "for (let asking; asking !== this.#asking;) await (asking = this.#asking);",
      replace: "await Promise.resolve();",
    }, {
      // A second report would make up for it.
      file: "src/scheduler/task/deliver.ts",
      find: "if (isRefused && wasRefused) {",
      replace: "if (isRefused) {",
    }],
    within: 90,
  },
  {
    name: "a container that could not be removed is left",
    file: "src/scheduler/janitor.ts",
    find: "await this.#try(() => this.#removeRuns(attempts, signal), signal);",
    replace: "",
    within: 60,
  },
  {
    name: "a report is sent before its files are there",
    file: "src/scheduler/task/deliver.ts",
    find: "await upload(attempt, files);",
    replace: "void upload(attempt, files).catch(() => {});",
    within: 60,
  },
  {
    name: "files are not asked for that a Server may have lost",
    file: "src/scheduler/task/attempt.ts",
    find: "return this.#filesSeenAfter !== this.deps.server.connectivity.outages;",
    replace: "return false;",
    within: 60,
  },
  {
    name: "a cancel of a task that is not here is not answered",
    file: "src/scheduler/scheduler.ts",
    find: "else await answerStrayCancel(this.#deps, taskId, signal);",
    replace: "",
    within: 60,
  },
  {
    name: "tasks are not asked for after a silence",
    file: "src/scheduler/heartbeat_loop.ts",
    find: "if (silent) onContact();",
    replace: "",
    within: 50,
  },
  {
    name: "an engine that does not answer counts as one that has lost the run",
    file: "src/scheduler/task/attempt.ts",
    find: "return this.#status = await ask(this.signal);",
    replace: "return this.#status = await ask(this.signal).catch(() => ABSENT);",
    within: 50,
  },
  {
    name: "a task is accepted before it is in the journal",
    file: "src/scheduler/take_task.ts",
    find: "const row = journal.add(owner, {",
    replace: 'if (await deps.server.accept(taskId, signal) !== "accepted") return false;\n' +
      "    const row = journal.add(owner, {",
    also: [{
      file: "src/scheduler/take_task.ts",
      find: "const attempt = underWay.go(row, { resumed: false });",
      replace: "const attempt = underWay.go(row, { resumed: true });",
    }],
    within: 50,
  },
  {
    name: "an upload whose answer was lost is not looked for",
    file: "src/uploader/send_file.ts",
    find: "    if (uncertain) {",
    replace: "    if (uncertain && timeouts >= TIMEOUTS) {",
    within: 50,
  },
  {
    name: "tasks are taken beyond the capacity",
    file: "src/scheduler/take_task.ts",
    find: "if (!isOpen() || underWay.room === 0 || ",
    replace: "if (!isOpen() || ",
    within: 50,
  },
  {
    name: "a GPU is given to more tasks than may have it",
    file: "src/scheduler/gpu_leases.ts",
    find: "tasks < tasksPerGpu",
    replace: "tasks < tasksPerGpu + 1",
    within: 200,
  },
  {
    name: "a run that the engine has lost is not run once more",
    file: "src/scheduler/task/next_step.ts",
    find: 'row.losses === 0 && row.endedBy === null ? "renew" : "collect"',
    replace: '"collect"',
    within: 50,
  },
];
