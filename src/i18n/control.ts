import type { Catalog, Text } from "./text.ts";

/** What lock and control channel say to those who ask whether an agent runs, and how it is. */
export const controlText = {
  /** `pid` is undefined when nobody can say which process it is. */
  alreadyRunning: ({ dataDir, pid }: { dataDir: string; pid?: number }): Text => ({
    zh: `数据目录 ${dataDir} ${
      pid === undefined
        ? "已有另一个 agent-core 在使用"
        : `已有一个 agent-core 在使用（进程 ${pid}）`
    }。请先运行 agent-core stop，或在配置中换一个 paths.data_dir。`,
    en: `The data folder ${dataDir} is in use by another agent-core${
      pid === undefined ? "" : ` (process ${pid})`
    }. Run agent-core stop first, or set another paths.data_dir in the configuration.`,
  }),

  lockImpossible: (p: { path: string; reason: Text }): Text => ({
    zh:
      `无法锁定 ${p.path}：${p.reason.zh}。请检查数据目录是否可写、是否在本地磁盘上、是否属于当前用户。`,
    en:
      `Cannot lock ${p.path}: ${p.reason.en}. Make sure that the data folder is writable, on a local ` +
      `disk and owned by this user.`,
  }),

  notRunning: (p: { dataDir: string }): Text => ({
    zh: `数据目录 ${p.dataDir} 上没有正在运行的 agent-core。`,
    en: `No agent-core is running on the data folder ${p.dataDir}.`,
  }),

  controlUnreachable: (p: { dataDir: string; reason: Text }): Text => ({
    zh: `数据目录 ${p.dataDir} 上的 agent-core 正在运行，但连不上它的控制通道：${p.reason.zh}。`,
    en:
      `An agent-core is running on the data folder ${p.dataDir}, but its control channel cannot be ` +
      `reached: ${p.reason.en}.`,
  }),

  controlForbidden: (p: { path: string }): Text => ({
    zh: `当前用户没有权限读取 ${p.path}。请以运行 agent-core 的用户身份执行（必要时用 sudo）。`,
    en: `No permission to read ${p.path}. Run this as the user who runs agent-core (or with sudo).`,
  }),

  controlSilent: (p: { dataDir: string; seconds: number }): Text => ({
    zh: `数据目录 ${p.dataDir} 上的 agent-core 在 ${p.seconds} 秒内没有应答。`,
    en:
      `The agent-core on the data folder ${p.dataDir} did not answer within ${p.seconds} seconds.`,
  }),

  controlBadAnswer: (p: { dataDir: string; reason: Text }): Text => ({
    zh: `数据目录 ${p.dataDir} 上的 agent-core 的应答无法理解：${p.reason.zh}。` +
      `它可能是另一个版本，请重新启动它。`,
    en: `The answer of the agent-core on the data folder ${p.dataDir} cannot be understood: ` +
      `${p.reason.en}. It may be another version: restart it.`,
  }),
} satisfies Catalog;
