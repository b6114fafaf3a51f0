import type { Catalog, Text } from "./text.ts";

/** What the journal says. */
export const journalText = {
  newer: (p: { path: string; found: number; known: number }): Text => ({
    zh:
      `日志数据库 ${p.path} 由更新版本的 agent-core 写入（格式 ${p.found}，本程序只认识到 ${p.known}）。请使用更新的 agent-core。`,
    en:
      `The journal ${p.path} was written by a newer agent-core (format ${p.found}, this program knows up to ${p.known}). Use the newer agent-core.`,
  }),

  /** The database has an older schema, and may only be read. */
  older: (p: { path: string; found: number; known: number }): Text => ({
    zh:
      `日志数据库 ${p.path} 由较旧版本的 agent-core 写入（格式 ${p.found}，本程序使用 ${p.known}）。请先用本程序重新启动 agent（agent-core stop，然后 agent-core run）。`,
    en:
      `The journal ${p.path} was written by an older agent-core (format ${p.found}, this program uses ${p.known}). Restart the agent with this program first (agent-core stop, then agent-core run).`,
  }),

  cannotOpen: (p: { path: string; reason: Text }): Text => ({
    zh:
      `无法打开日志数据库 ${p.path}：${p.reason.zh}。请检查数据目录的权限和剩余空间；若文件已损坏，请先备份再移走它。`,
    en:
      `Cannot open the journal ${p.path}: ${p.reason.en}. Check the data folder's permissions and free space; if the file is damaged, back it up before moving it away.`,
  }),

  modernizing: (p: { path: string }): Text => ({
    zh: `正在把日志数据库 ${p.path} 转换为新格式，文件很大时需要一些时间…`,
    en: `Converting the journal ${p.path} to the new format, which takes a while if it is large…`,
  }),

  notModernized: (p: { path: string; reason: Text }): Text => ({
    zh:
      `日志数据库 ${p.path} 未能转换为新格式：${p.reason.zh}。agent 照常运行，只是该文件不会变小；下次启动时会再试。`,
    en:
      `The journal ${p.path} could not be converted to the new format: ${p.reason.en}. The agent works anyway, but the file does not shrink; the next start tries again.`,
  }),

  networkFolder: (p: { path: string; kind: string }): Text => ({
    zh:
      `数据目录 ${p.path} 位于网络文件系统（${p.kind}）上，那里的文件锁和数据库不可靠，结果可能丢失。请将 paths.data_dir 改到本地磁盘；确实要这样用时，设置 paths.allow_network_fs = true。`,
    en:
      `The data folder ${p.path} is on a network file system (${p.kind}), where file locks and databases cannot be trusted and results could be lost. Move paths.data_dir to a local disk; if you must, set paths.allow_network_fs = true.`,
  }),
} satisfies Catalog;
