import type { Catalog, Text } from "./text.ts";

/** What `status` says, and what others say with it: states of a task, lengths of time. */
export const statusText = {
  statusTitle: { zh: "OpenAaaS Agent 状态", en: "OpenAaaS Agent Status" },
  statusConfig: (p: { path: string }): Text => ({
    zh: `配置文件: ${p.path}`,
    en: `Config file: ${p.path}`,
  }),
  statusDataDir: (p: { path: string }): Text => ({
    zh: `数据目录: ${p.path}`,
    en: `Data directory: ${p.path}`,
  }),
  statusPollInterval: (p: { seconds: number }): Text => ({
    zh: `轮询间隔: ${p.seconds} 秒`,
    en: `Poll interval: ${p.seconds} seconds`,
  }),
  statusRegistered: {
    zh: "注册状态: 已注册",
    en: "Registration status: Registered",
  },
  statusNotRegistered: {
    zh: "注册状态: 未注册",
    en: "Registration status: Not registered",
  },
  statusAgentName: (p: { name: string }): Text => ({
    zh: `Agent 名称: ${p.name}`,
    en: `Agent name: ${p.name}`,
  }),
  statusExecutor: { zh: "执行器配置:", en: "Executor configuration:" },
  statusImage: (p: { image: string }): Text => ({
    zh: `  镜像: ${p.image}`,
    en: `  Image: ${p.image}`,
  }),
  statusCapacity: (p: { capacity: number }): Text => ({
    zh: `  容量: ${p.capacity}`,
    en: `  Capacity: ${p.capacity}`,
  }),
  statusTimeout: (p: { minutes: number }): Text => ({
    zh: `  超时: ${p.minutes} 分钟`,
    en: `  Timeout: ${p.minutes} minutes`,
  }),
  statusNotRunning: { zh: "运行状态: 未运行", en: "Running: no" },
  statusStarting: (p: { pid: number }): Text => ({
    zh: `运行状态: 正在启动（进程 ${p.pid}）`,
    en: `Running: starting (process ${p.pid})`,
  }),
  statusRunning: (p: { pid: number; since: Text }): Text => ({
    zh: `运行状态: 运行中（进程 ${p.pid}，已运行 ${p.since.zh}）`,
    en: `Running: yes (process ${p.pid}, for ${p.since.en})`,
  }),
  statusEngine: (p: { engine: Text }): Text => ({
    zh: `容器引擎: ${p.engine.zh}`,
    en: `Container engine: ${p.engine.en}`,
  }),
  statusEngineUnknown: { zh: "尚未连上", en: "not reached yet" },
  statusSilent: (p: { why: Text }): Text => ({
    zh: `运行状态: 运行中，但没有应答：${p.why.zh}`,
    en: `Running: yes, but it does not answer: ${p.why.en}`,
  }),
  statusUnknown: (p: { why: Text }): Text => ({
    zh: `运行状态: 无法确定：${p.why.zh}`,
    en: `Running: unknown: ${p.why.en}`,
  }),
  /** What an agent does while it starts. */
  statusDoing: (p: { what: Text }): Text => ({
    zh: `  ${p.what.zh}`,
    en: `  ${p.what.en}`,
  }),
  statusDraining: {
    zh: "  不再接受新任务，完成现有任务后退出",
    en: "  Takes no new tasks and ends when those under way are done",
  },
  statusNoHeartbeat: { zh: "最近心跳: 尚无", en: "Last heartbeat: none yet" },
  statusHeartbeat: (p: { since: Text }): Text => ({
    zh: `最近心跳: ${p.since.zh}前`,
    en: `Last heartbeat: ${p.since.en} ago`,
  }),
  statusServerTrouble: (p: { why: Text }): Text => ({
    zh: `Server 异常: ${p.why.zh}`,
    en: `Server problem: ${p.why.en}`,
  }),
  statusObstacle: (p: { why: Text }): Text => ({
    zh: `暂停接受新任务: ${p.why.zh}`,
    en: `Not taking new tasks: ${p.why.en}`,
  }),
  statusLastError: (p: { why: Text; since: Text }): Text => ({
    zh: `最近错误: ${p.why.zh}（${p.since.zh}前）`,
    en: `Last error: ${p.why.en} (${p.since.en} ago)`,
  }),
  statusNoError: { zh: "最近错误: 无", en: "Last error: none" },
  statusUndelivered: (p: { count: number }): Text => ({
    zh: `待送达结果: ${p.count}`,
    en: `Results to deliver: ${p.count}`,
  }),
  statusUndeliverable: (p: { count: number }): Text => ({
    zh: `无法送达的结果: ${p.count}（文件仍在本机，查看和放弃：agent-core tasks）`,
    en: `Results that cannot be delivered: ${p.count} (their files are kept; see agent-core tasks)`,
  }),
  statusInDoubt: (p: { count: number; tasks: string }): Text => ({
    zh: `存疑的任务: ${p.count}（${p.tasks}），见 agent-core tasks`,
    en: `Tasks in doubt: ${p.count} (${p.tasks}), see agent-core tasks`,
  }),
  statusGpus: { zh: "GPU 与使用它的任务:", en: "GPUs and the tasks that have them:" },
  gpuFree: { zh: "空闲", en: "free" },
  statusTasks: (p: { count: number }): Text => ({
    zh: `进行中的任务: ${p.count}`,
    en: `Tasks under way: ${p.count}`,
  }),

  /** The journal's state of a task in words. */
  stateNames: {
    accepting: { zh: "接受中", en: "accepting" },
    accepted: { zh: "准备中", en: "preparing" },
    prepared: { zh: "已就绪", en: "prepared" },
    created: { zh: "启动中", en: "starting" },
    running: { zh: "运行中", en: "running" },
    exited: { zh: "收集结果", en: "collecting" },
    collected: { zh: "待送达", en: "to deliver" },
    reporting: { zh: "送达中", en: "delivering" },
    delivered: { zh: "已送达", en: "delivered" },
    undeliverable: { zh: "无法送达", en: "undeliverable" },
    lost: { zh: "已丢失", en: "lost" },
    in_doubt: { zh: "存疑", en: "in doubt" },
  } as Readonly<Record<string, Text>>,

  // Lengths of time.

  seconds: (p: { count: number }): Text => ({
    zh: `${p.count} 秒`,
    en: `${p.count} s`,
  }),
  minutes: (p: { count: number }): Text => ({
    zh: `${p.count} 分钟`,
    en: `${p.count} min`,
  }),
  hours: (p: { count: number }): Text => ({
    zh: `${p.count} 小时`,
    en: `${p.count} h`,
  }),
  days: (p: { count: number }): Text => ({ zh: `${p.count} 天`, en: `${p.count} d` }),
} satisfies Catalog;
