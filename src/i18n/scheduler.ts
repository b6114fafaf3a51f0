import type { Catalog, Text } from "./text.ts";

const KILLED: Text = {
  zh:
    "容器以退出码 137 结束：程序被强制终止，可能是人为终止，也可能是内核因内存不足而终止（OOM）。",
  en:
    "The container ended with exit code 137: its program was killed, by somebody or by the kernel because memory ran out (OOM).",
};

/** What the life of a task has to say. */
export const schedulerText = {
  // What a task's user reads in its report.

  timedOut: (p: { minutes: number }): Text => ({
    zh: `任务超过 ${p.minutes} 分钟的时间限制，已被停止。`,
    en: `The task was stopped after the time limit of ${p.minutes} minutes.`,
  }),

  stoppedForDisk: {
    zh: "节点磁盘（disk）即将耗尽，近期占用增长最多的这个任务已被停止。",
    en: "The node's disk was nearly full; this task, which had used up most of it, was stopped.",
  },

  lostTwice: {
    zh: "任务运行期间容器引擎或机器两次中断，不再重试。已有的文件随报告上传。",
    en:
      "The container engine or the machine went down twice while this task was running; it is not run again. The files that it had written come with this report.",
  },

  /** A container is all that is left of a task. */
  folderLost: (p: { reason: Text }): Text => ({
    zh: `节点丢失了这个任务的记录和文件，任务无法继续，已被停止：${p.reason.zh}`,
    en:
      `The node has lost its record and the files of this task, so the task could not continue and was stopped: ${p.reason.en}`,
  }),

  /** A task whose accept was refused, and that nobody works on by its owner's word. */
  failedByOwner: {
    zh: "节点未能确认自己领取了此任务，因此没有运行它；节点的管理员将它报告为失败。请重新提交。",
    en:
      "The node could not confirm that it had been given this task and did not run it; its owner reported it as failed. Submit it again.",
  },

  stoppedByOwner: {
    zh: "任务被节点的管理员停止。",
    en: "The task was stopped by the owner of the node.",
  },

  outOfMemory: (p: { exitCode: number }): Text => ({
    zh: `任务内存不足被终止（OOM，退出码 ${p.exitCode}）。`,
    en: `The task ran out of memory and was killed (OOM, exit code ${p.exitCode}).`,
  }),

  doubtfulEnd: (p: { exitCode: number }): Text => ({
    zh:
      `容器结束时（退出码 ${p.exitCode}）引擎不可用或正在重启，无法确定程序是否已正常完成。为避免重复执行，任务没有重新运行；已有的文件照原样发送。`,
    en:
      `The engine was away or restarting when the container ended (exit code ${p.exitCode}), and nothing shows whether the program had finished. It was not run again; its files are sent as they are.`,
  }),

  /** A program that failed. Of some ends by SIGKILL (137) the engine does not know that memory ran out. */
  exitCode: (p: { exitCode: number }): Text =>
    p.exitCode === 137 ? KILLED : {
      zh: `容器以退出码 ${p.exitCode} 结束。`,
      en: `The container ended with exit code ${p.exitCode}.`,
    },

  /** https://github.com/NVIDIA/nvidia-container-toolkit/issues/48 */
  gpuLost: {
    zh:
      '容器在运行中失去了它的 GPU（Failed to initialize NVML）：本机的 systemd 重新加载了服务（systemctl daemon-reload，软件包更新也会触发），由此收回了容器的设备权限。请节点管理员改用 CDI 提供 GPU（nvidia-ctk cdi generate），或让引擎使用 cgroupfs（Docker：daemon.json 中 "exec-opts": ["native.cgroupdriver=cgroupfs"]），然后重新提交任务。',
    en:
      'The container has lost its GPU while it ran (Failed to initialize NVML): systemd on the node has reloaded its services (systemctl daemon-reload, which package updates do, too) and so taken the devices from it. The node\'s owner should give GPUs by CDI (nvidia-ctk cdi generate) or let the engine use cgroupfs (Docker: "exec-opts": ["native.cgroupdriver=cgroupfs"] in daemon.json); then submit the task again.',
  },

  noGpuFree: {
    zh: "没有空闲的 GPU：任务等待其他任务结束。",
    en: "No GPU is free: the task waits for another one to end.",
  },

  cannotPrepare: (p: { reason: Text }): Text => ({
    zh: `无法准备任务：${p.reason.zh}`,
    en: `Cannot prepare the task: ${p.reason.en}`,
  }),

  cannotRun: (p: { reason: Text }): Text => ({
    zh: `无法运行任务：${p.reason.zh}`,
    en: `Cannot run the task: ${p.reason.en}`,
  }),

  cannotCollect: (p: { reason: Text }): Text => ({
    zh: `任务已结束，但无法收集输出文件：${p.reason.zh}`,
    en: `The task has ended, but its output files cannot be collected: ${p.reason.en}`,
  }),

  // What the agent's owner reads in the log.

  accepted: { zh: "已接受任务", en: "Task accepted" },
  prepared: { zh: "工作目录已就绪", en: "Workspace is ready" },
  created: { zh: "容器已创建", en: "Container created" },
  running: { zh: "容器已启动", en: "Container started" },
  takenOver: { zh: "接管正在运行的容器", en: "Took over the running container" },
  exited: { zh: "容器已结束", en: "Container ended" },
  collected: { zh: "输出文件已收集", en: "Output files collected" },
  uploaded: { zh: "文件已上传", en: "File uploaded" },
  delivered: { zh: "结果已送达", en: "Result delivered" },
  undeliverable: {
    zh: "结果无法送达：Server 上该任务已结束。文件已保留",
    en: "Result cannot be delivered: the task has ended on the Server. Its files are kept",
  },
  runAgain: {
    zh: "运行因引擎或机器中断而丢失，将重新运行一次",
    en: "The run was lost when the engine or the machine went down; it is run once more",
  },
  cancelSeen: { zh: "收到取消请求", en: "Cancel received" },
  cancelled: { zh: "任务已取消", en: "Task cancelled" },
  unknownCancelled: {
    zh: "已回应一个本机不存在的任务的取消请求",
    en: "Answered a cancel request for a task that is not here",
  },
  stepAgain: (p: { step: string; reason: Text }): Text => ({
    zh: `步骤 ${p.step} 失败，将重试：${p.reason.zh}`,
    en: `Step ${p.step} failed and will be retried: ${p.reason.en}`,
  }),
  /** A file that the machine kept from being read for hours. */
  stayedUnread: (p: { reason: Text }): Text => ({
    zh: `多次尝试后仍无法读取，文件保留在节点上：${p.reason.zh}`,
    en: `It could not be read after many tries, and is kept on the node: ${p.reason.en}`,
  }),
  failed: (p: { reason: Text }): Text => ({
    zh: `任务失败：${p.reason.zh}`,
    en: `Task failed: ${p.reason.en}`,
  }),
  notTaking: (p: { reason: Text }): Text => ({
    zh: `暂停接受新任务：${p.reason.zh}`,
    en: `Not taking new tasks: ${p.reason.en}`,
  }),
  takingAgain: { zh: "恢复接受新任务", en: "Taking new tasks again" },
  tooManyUndelivered: (p: { count: number; limit: number }): Text => ({
    zh: `有 ${p.count} 个结果尚未送达（上限 retention.max_undelivered = ${p.limit}）`,
    en: `${p.count} results are undelivered (retention.max_undelivered = ${p.limit})`,
  }),
  lowDisk: (p: { path: string; free: string; least: string }): Text => ({
    zh: `${p.path} 所在磁盘剩余 ${p.free}，低于 disk.min_free = ${p.least}。请清理磁盘`,
    en:
      `the disk of ${p.path} has ${p.free} left, less than disk.min_free = ${p.least}; free some space`,
  }),
  unexplainedDisk: (p: { path: string; free: string }): Text => ({
    zh:
      `${p.path} 所在磁盘只剩 ${p.free}，而没有任务的占用能解释这一点，因此没有停止任务。请清理磁盘；可能是其他程序，或已删除但仍打开的文件（lsof +L1 可查看）`,
    en:
      `the disk of ${p.path} has ${p.free} left, which is not explained by what the tasks take: none is stopped. Free some space; it may be another program, or a deleted file that is still open (lsof +L1 shows those)`,
  }),
  fewInodes: (p: { path: string; free: number; least: number }): Text => ({
    zh:
      `${p.path} 所在磁盘只剩 ${p.free} 个 inode，低于 ${p.least} 个。请删除不需要的文件（df -i 可查看）`,
    en:
      `the disk of ${p.path} has ${p.free} inodes left, fewer than ${p.least}; remove files that are not needed (df -i shows them)`,
  }),
  heartbeatFailed: (p: { reason: Text }): Text => ({
    zh: `心跳失败：${p.reason.zh}`,
    en: `Heartbeat failed: ${p.reason.en}`,
  }),
  serverBack: { zh: "已与 Server 建立联系", en: "In touch with the Server" },
  pollFailed: (p: { reason: Text }): Text => ({
    zh: `轮询失败：${p.reason.zh}`,
    en: `Poll failed: ${p.reason.en}`,
  }),
  takenBack: {
    zh: "任务曾被 Server 收回，已重新认领",
    en: "The task had been handed back and is held again",
  },
  endedElsewhere: {
    zh:
      "此 agent 失联超过 10 分钟，其间该任务在 Server 上已经结束（例如数据目录是从备份恢复的）。不再运行它",
    en:
      "The task has ended on the Server while this agent was silent for over 10 minutes (or its data folder was put back from a backup). It is not run again",
  },
  sentAgain: {
    zh: "Server 重新下发了已送达的任务，再次发送保存的结果",
    en: "The Server hands out a delivered task again; the stored result is sent again",
  },
  taskWithoutId: {
    zh: "Server 下发了没有 id 的任务，无法处理",
    en: "The Server hands out a task without an id, which can be neither accepted nor refused",
  },
  /** A container of this agent was found that the journal does not know. */
  adopted: {
    zh: "发现日志中没有记录的本机容器，已接管",
    en: "Found a container of this agent that the journal does not know; adopted it",
  },
  notRunningHere: {
    zh: "Server 上该任务不在运行中，无需报告失败",
    en: "The Server does not have the task as running, so there is no failure to report",
  },
  inDoubt: (p: { taskId: string }): Text => ({
    zh:
      `Server 下发了任务 ${p.taskId}，却又拒绝认领：可能已被用户取消，可能属于使用同一密钥的另一个 agent，也可能认领请求在途中被发送了两次。不会运行它；若它在 Server 上一直显示运行中而没有 agent 在处理，请运行 agent-core tasks fail ${p.taskId}`,
    en:
      `The Server handed out task ${p.taskId} and then refused its accept: its user cancelled it, another agent with the same key has it, or the accept was sent twice on its way. It is not run here; if the Server keeps showing it as running and no agent is working on it: agent-core tasks fail ${p.taskId}`,
  }),
  /** Such a container whose task has ended. */
  orphanRemoved: (p: { reason: Text }): Text => ({
    zh: `发现无法接管的本机容器，已删除：${p.reason.zh}`,
    en: `Found a container of this agent that cannot be adopted and removed it: ${p.reason.en}`,
  }),
  /** Such a container of which nothing else is left. */
  orphanFailed: (p: { reason: Text }): Text => ({
    zh: `发现无法接管的本机容器，将任务报告为失败并删除容器：${p.reason.zh}`,
    en:
      `Found a container of this agent that cannot be adopted; its task is reported as failed and it is removed: ${p.reason.en}`,
  }),
  cleanupFailed: (p: { what: string; reason: Text }): Text => ({
    zh: `清理 ${p.what} 失败，稍后重试：${p.reason.zh}`,
    en: `Cannot clean up ${p.what} yet: ${p.reason.en}`,
  }),
  /** A call to the engine took too long; the next thing is looked at. */
  noAnswerYet: (p: { secs: number }): Text => ({
    zh: `${p.secs} 秒内没有结果`,
    en: `no result within ${p.secs} s`,
  }),
  cleaned: {
    zh: "已清理旧任务的文件",
    en: "Cleaned up the files of an old task",
  },
  cleanedPartial: {
    zh: "已清理旧任务的文件，其中有 Server 拒收的文件（保留时间：[retention] failed_days）",
    en:
      "Cleaned up the files of an old task, with some that the Server had refused (kept for [retention] failed_days)",
  },
  otherOwner: (p: { count: number; baseUrl: string; serviceId: string }): Text => ({
    zh:
      `日志中有 ${p.count} 个未送达的任务属于 ${p.baseUrl} 的服务 ${p.serviceId}，不属于当前注册；它们会保留，不会处理。`,
    en:
      `${p.count} undelivered tasks in the journal belong to service ${p.serviceId} of ${p.baseUrl}, not to the current registration; they are kept and left alone.`,
  }),
  otherAddress: (p: { count: number; baseUrl: string }): Text => ({
    zh:
      `本服务还有 ${p.count} 个任务记在 ${p.baseUrl} 名下，它们会保留，不会处理。如果那是同一个 Server 的另一个地址：agent-core stop，然后 agent-core tasks move --from ${p.baseUrl}`,
    en:
      `${p.count} tasks of this service are kept under ${p.baseUrl} and left alone. If that is the same Server by another address: agent-core stop, then agent-core tasks move --from ${p.baseUrl}`,
  }),
  handedOutTwice: (p: { taskId: string; baseUrl: string }): Text => ({
    zh:
      `Server 发来的任务 ${p.taskId} 已记在 ${p.baseUrl} 名下，再接受会运行两次。请运行 agent-core stop，然后 agent-core tasks move --from ${p.baseUrl}`,
    en:
      `The Server hands out task ${p.taskId}, which is already under way here under ${p.baseUrl}; accepting it again would run it twice. Run agent-core stop, then agent-core tasks move --from ${p.baseUrl}`,
  }),
  /** What is being tried: the accept of a task. */
  accepting: { zh: "接受任务", en: "accept of a task" },
  /** What is being tried: the report of a result. */
  delivering: (p: { taskId: string }): Text => ({
    zh: `发送任务 ${p.taskId} 的结果`,
    en: `delivery of the result of task ${p.taskId}`,
  }),
  /** Why a container is not adopted: its task has ended. */
  endedAlready: {
    zh: "该任务已经结束",
    en: "its task has already ended",
  },
  /** Why a container is not adopted: its task.json is another task's. */
  otherTask: (p: { dir: string; id: string }): Text => ({
    zh: `${p.dir}/task.json 属于另一个任务 ${p.id}`,
    en: `${p.dir}/task.json belongs to another task, ${p.id}`,
  }),
} satisfies Catalog;
