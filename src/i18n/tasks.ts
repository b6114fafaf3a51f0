import type { Catalog, Text } from "./text.ts";

/** What `tasks` and `logs` say. */
export const tasksText = {
  // tasks

  description: {
    zh: "列出任务：状态、结果和用时\n默认显示进行中的、有待处理的，以及最近结束的 20 个任务。",
    en:
      "List the tasks: where they stand, how they ended, how long they took\nBy default those under way, those that need attention and the last 20 that ended.",
  },
  optionAll: {
    zh: "列出全部任务（最多 10000 条）",
    en: "List all tasks (10000 at most)",
  },
  none: { zh: "还没有任务。", en: "No tasks yet." },
  columnTask: { zh: "任务", en: "TASK" },
  columnState: { zh: "状态", en: "STATE" },
  columnResult: { zh: "结果", en: "RESULT" },
  columnTaken: { zh: "领取时间", en: "TAKEN" },
  columnTime: { zh: "用时", en: "TIME" },
  cancelling: { zh: "取消中", en: "cancelling" },
  discarded: { zh: "已放弃", en: "discarded" },
  endedElsewhere: { zh: "未运行（在 Server 上已结束）", en: "not run (ended on the Server)" },
  orphaned: { zh: "失败（无人处理）", en: "failed (nobody worked on it)" },
  partlyDelivered: { zh: "部分送达", en: "partly delivered" },

  completed: { zh: "完成", en: "completed" },
  cancelled: { zh: "已取消", en: "cancelled" },
  failed: { zh: "失败", en: "failed" },
  failedWithCode: (p: { code: number }): Text => ({
    zh: `失败（退出码 ${p.code}）`,
    en: `failed (exit code ${p.code})`,
  }),
  timedOut: { zh: "失败（超时）", en: "failed (time limit)" },
  stoppedForDisk: { zh: "失败（磁盘空间不足）", en: "failed (disk full)" },
  lost: { zh: "失败（两次意外中断）", en: "failed (lost twice)" },
  notRun: { zh: "失败（未能运行）", en: "failed (could not run)" },
  ranAgain: { zh: "意外中断，已重新运行", en: "lost, ran again" },

  /** Results that the Server did not take, under the list. */
  undeliverable: (p: { count: number; taskId: string }): Text => ({
    zh:
      `有 ${p.count} 个任务的结果未能全部送达 Server，文件仍保留在本机。\n查看位置：agent-core tasks --json\n不再需要时：agent-core tasks discard ${p.taskId}`,
    en:
      `The Server did not take the whole result of ${p.count} task(s); their files are still here.\nWhere they are: agent-core tasks --json\nNo longer needed: agent-core tasks discard ${p.taskId}`,
  }),

  /** Tasks whose accept was refused, under the list. */
  inDoubt: (p: { count: number; taskId: string }): Text => ({
    zh:
      `有 ${p.count} 个任务被 Server 下发后又拒绝认领，本机没有运行它们。若 Server 上仍显示运行中，且没有其他 agent 在处理：agent-core tasks fail ${p.taskId}`,
    en:
      `The Server handed ${p.count} task(s) out and then refused the accept; they are not run here. If it still shows one as running and no other agent works on it: agent-core tasks fail ${p.taskId}`,
  }),

  // tasks fail

  failDescription: {
    zh: "将一个认领存疑、无人处理的任务报告为失败",
    en: "Report a task in doubt as failed when nobody is working on it",
  },
  notInDoubt: (p: { taskId: string }): Text => ({
    zh: `任务 ${p.taskId} 不是存疑的任务，只有存疑的任务可以这样结束。运行 agent-core tasks 查看。`,
    en:
      `Task ${p.taskId} is not in doubt; only a task in doubt can be ended like this. See agent-core tasks.`,
  }),
  failedNow: (p: { taskId: string }): Text => ({
    zh: `任务 ${p.taskId} 将被报告为失败。`,
    en: `Task ${p.taskId} is being reported as failed.`,
  }),
  failedLater: (p: { taskId: string }): Text => ({
    zh: `任务 ${p.taskId} 会在下次启动时报告为失败。`,
    en: `Task ${p.taskId} will be reported as failed at the next start.`,
  }),

  // tasks discard

  discardDescription: {
    zh: "放弃未能送达的结果，并删除它的文件",
    en: "Discard a result that could not be delivered, and delete its files",
  },
  unknown: (p: { taskId: string }): Text => ({
    zh: `没有任务 ${p.taskId}。运行 agent-core tasks --all 查看全部任务。`,
    en: `There is no task ${p.taskId}. See agent-core tasks --all.`,
  }),
  ambiguous: (p: { start: string; ids: string }): Text => ({
    zh: `有多个任务以 ${p.start} 开头：${p.ids}。请多输入几位。`,
    en: `Several tasks begin with ${p.start}: ${p.ids}. Type a few more letters.`,
  }),
  nothingToDiscard: (p: { taskId: string }): Text => ({
    zh: `任务 ${p.taskId} 没有未送达的内容，无需放弃。`,
    en: `Nothing of task ${p.taskId} is undelivered, so there is nothing to discard.`,
  }),
  notEnded: (p: { taskId: string }): Text => ({
    zh: `任务 ${p.taskId} 尚未结束。要停止它，请在 Server 上取消该任务。`,
    en: `Task ${p.taskId} has not ended. To stop it, cancel it on the Server.`,
  }),
  stillDelivering: (p: { taskId: string }): Text => ({
    zh: `任务 ${p.taskId} 的结果仍在送达中。要放弃它，请先运行 agent-core stop，再重复此命令。`,
    en:
      `The result of task ${p.taskId} is still being delivered. To discard it, run agent-core stop first, then this command again.`,
  }),
  discardedNow: (p: { taskId: string }): Text => ({
    zh: `已放弃任务 ${p.taskId} 的结果，文件即将删除。`,
    en: `The result of task ${p.taskId} is discarded; its files will be deleted shortly.`,
  }),
  discardedLater: (p: { taskId: string }): Text => ({
    zh: `已放弃任务 ${p.taskId} 的结果，文件会在下次启动时删除。`,
    en: `The result of task ${p.taskId} is discarded; its files will be deleted at the next start.`,
  }),

  // tasks move

  moveDescription: {
    zh:
      "把记在 Server 另一个地址名下的任务移到当前地址\n只在两个地址是同一个 Server 时使用。先停止 agent。",
    en:
      "Move the tasks that are kept under another address of the Server to the current one\nOnly where both are the same Server. Stop the agent first.",
  },
  moveFrom: {
    zh: "原来的地址，与 server.base_url 写法相同",
    en: "The former address, as server.base_url had it",
  },
  moveFromMissing: {
    zh: "请用 --from 给出原来的地址，例如：agent-core tasks move --from http://localhost:8080",
    en: "Give the former address with --from: agent-core tasks move --from http://localhost:8080",
  },
  moveNowhere: (p: { url: string }): Text => ({
    zh: `${p.url} 就是当前的 server.base_url，无需移动。`,
    en: `${p.url} is the current server.base_url; there is nothing to move.`,
  }),
  nothingToMove: (p: { url: string; known: string }): Text => ({
    zh: `没有记在 ${p.url} 名下的任务。本服务的任务所在地址：${p.known}`,
    en: `There are no tasks under ${p.url}. Those of this service are under: ${p.known}`,
  }),
  moved: (p: { count: number; open: number; url: string }): Text => ({
    zh: `已把 ${p.count} 条任务记录移到 ${p.url}，其中 ${p.open} 条进行中；下次启动时继续。`,
    en:
      `Moved ${p.count} attempts to ${p.url}; ${p.open} of them are under way and continue at the next start.`,
  }),
  movedNot: (p: { count: number; url: string }): Text => ({
    zh: `${p.count} 条仍在 ${p.url} 名下：当前地址下已有相同的任务。`,
    en: `${p.count} stay under ${p.url}: the current address already has the same tasks.`,
  }),

  // logs

  logsDescription: {
    zh: "显示任务的输出，或本程序自己的日志\nTASK 可以是任务编号，也可以只是它的开头几位。",
    en:
      "Show the output of a task, or the agent's own log\nTASK is a task's id, or the beginning of one.",
  },
  logsFollow: {
    zh: "持续显示新内容，按 Ctrl+C 结束",
    en: "Keep showing new output until Ctrl+C",
  },
  logsLines: {
    zh: "只显示最后 N 行（默认：任务为全部，本程序的日志为 100 行）",
    en: "Only the last N lines (default: all of a task, 100 of the agent's own log)",
  },
  exampleAgentLog: {
    zh: "持续查看本程序的日志",
    en: "Watch the agent's own log",
  },
  exampleTaskLog: { zh: "一个任务的输出", en: "The output of a task" },
  badLines: (p: { lines: number }): Text => ({
    zh: `--lines 不能是 ${p.lines}，应为 0 或更大的整数。`,
    en: `--lines cannot be ${p.lines}; use a whole number, 0 or more.`,
  }),
  noAgentLog: (p: { path: string }): Text => ({
    zh:
      `没有日志文件 ${p.path}。只有 agent-core run-detached 会写它；用 agent-core run 启动时，日志在它的终端里；作为 systemd 服务运行时，请用 journalctl -u agent-core（用户服务加 --user）。`,
    en:
      `There is no log file ${p.path}. Only agent-core run-detached writes it; agent-core run logs to its terminal, and a systemd service to journalctl -u agent-core (with --user for a user's service).`,
  }),
  logGone: (p: { taskId: string }): Text => ({
    zh: `任务 ${p.taskId} 的输出已按 [retention] 的设置清理。`,
    en: `The output of task ${p.taskId} has been cleaned up, as [retention] says.`,
  }),
  noOutputYet: {
    zh: "还没有输出。加上 -f 可以等待。",
    en: "No output yet. Add -f to wait for it.",
  },
  noOutput: { zh: "该任务没有输出。", en: "This task has no output." },
  restInFile: (p: { path: string }): Text => ({
    zh: `输出很长，其余部分见 ${p.path}`,
    en: `The output is very long; the rest is in ${p.path}`,
  }),
} satisfies Catalog;
