import type { Catalog, Text } from "./text.ts";

/** What a task's folder has to say: inputs, outputs, cleaning up. */
export const workspaceText = {
  notAFolder: (p: { path: string }): Text => ({
    zh: `${p.path} 不是真正的文件夹（可能是链接或文件）。为安全起见不再使用它，请检查并移走它。`,
    en: `${p.path} is not a real folder but a link or a file. For safety it is not used. ` +
      `Check it and move it away.`,
  }),

  workspaceGone: (p: { path: string }): Text => ({
    zh: `任务文件夹 ${p.path} 已不存在，它的输出文件无法收集。`,
    en: `The task folder ${p.path} is gone: its output files cannot be collected.`,
  }),

  cannotCreate: (p: { path: string; cause: string }): Text => ({
    zh: `无法创建 ${p.path}：${p.cause}。请检查 [paths] data_dir 的权限和磁盘。`,
    en:
      `Cannot create ${p.path}: ${p.cause}. Check the permissions and the disk of [paths] data_dir.`,
  }),

  diskFull: (p: { path: string }): Text => ({
    zh: `写入 ${p.path} 时磁盘空间不足。请释放 [paths] data_dir 所在磁盘的空间。`,
    en:
      `No space left on the disk while writing ${p.path}. Free some on the disk of [paths] data_dir.`,
  }),

  machineTrouble: (p: { path: string; cause: string }): Text => ({
    zh: `暂时无法读写 ${p.path}：${p.cause}。请检查磁盘、内存和打开文件数的上限（ulimit -n）。`,
    en: `${p.path} cannot be read or written for now: ${p.cause}. ` +
      `Check the disk, the memory and the limit on open files (ulimit -n).`,
  }),

  inputTooLong: (p: { name: string; id: string; announced: number }): Text => ({
    zh: `输入文件 ${p.name}（${p.id}）的内容超过了 Server 声明的 ${p.announced} 字节。`,
    en:
      `Input file ${p.name} (${p.id}) is longer than the ${p.announced} bytes that the Server announced.`,
  }),

  inputTooShort: (
    p: { name: string; id: string; announced: number; received: number },
  ): Text => ({
    zh:
      `输入文件 ${p.name}（${p.id}）只收到 ${p.received} 字节，Server 声明的是 ${p.announced} 字节。`,
    en: `Input file ${p.name} (${p.id}) ended after ${p.received} of the ${p.announced} bytes ` +
      `that the Server announced.`,
  }),

  inputTooLarge: (p: { name: string; id: string; limit: number }): Text => ({
    zh: `输入文件 ${p.name}（${p.id}）超过了本 agent 允许的 ${p.limit} 字节。`,
    en: `Input file ${p.name} (${p.id}) is larger than the ${p.limit} bytes that this agent takes.`,
  }),

  outputChanged: (p: { name: string }): Text => ({
    zh: `输出文件 ${p.name} 在收集之后被修改或替换，没有发送。`,
    en: `Output file ${p.name} was changed or replaced after it was collected; it is not sent.`,
  }),

  cannotRead: (p: { path: string; cause: string }): Text => ({
    zh: `无法读取输出文件 ${p.path}：${p.cause}。请检查它的权限和磁盘。`,
    en: `Cannot read the output file ${p.path}: ${p.cause}. Check its permissions and the disk.`,
  }),

  cannotRemove: (p: { path: string; cause: string }): Text => ({
    zh: `无法删除 ${p.path}：${p.cause}`,
    en: `Cannot remove ${p.path}: ${p.cause}`,
  }),

  mountInside: (p: { path: string }): Text => ({
    zh: `${p.path} 位于另一个文件系统（挂载点），不会删除其中的内容。请先卸载它。`,
    en:
      `${p.path} is on another file system (a mount); nothing in it is removed. Unmount it first.`,
  }),

  /** A name that no call of this program can express. */
  nameUnusable: (p: { path: string }): Text => ({
    zh: `${p.path} 中有文件夹的名字不是有效的 UTF-8`,
    en: `${p.path} contains a folder whose name is not valid UTF-8`,
  }),

  /** Reasons for leaving something out, as a task's user reads them in the report. */
  skippedLink: {
    zh: "链接不会被跟随",
    en: "links are never followed",
  },
  skippedSpecial: {
    zh: "不是普通文件（管道、套接字或设备）",
    en: "not a regular file (pipe, socket or device)",
  },
  skippedHardLink: {
    zh: "该文件在工作区之外还有硬链接",
    en: "the file has hard links outside the workspace",
  },
  skippedHidden: {
    zh: "工作区顶层的隐藏项不属于输出；请放到 output/ 下",
    en: "hidden entries at the top level are not output; put them in output/",
  },
  skippedSuperseded: {
    zh: "已有 output/response.md，顶层的 response.md 不再发送",
    en: "there is an output/response.md, which is sent instead",
  },
  skippedOtherFilesystem: {
    zh: "位于另一个文件系统",
    en: "on another file system",
  },
  skippedUnreadable: {
    zh: "agent 没有读取权限",
    en: "the agent may not read it",
  },
  skippedBadName: {
    zh: "名字不是有效的 UTF-8，无法打开",
    en: "its name is not valid UTF-8 and cannot be opened",
  },
  skippedTooDeep: (p: { limit: number }): Text => ({
    zh: `文件夹嵌套超过 ${p.limit} 层`,
    en: `folders nested more than ${p.limit} deep`,
  }),
  skippedPathTooLong: {
    zh: "路径过长，系统无法打开",
    en: "the path is too long for the system to open",
  },
  skippedTooLarge: (p: { limit: number }): Text => ({
    zh: `文件超过单个文件上限 ${p.limit} 字节`,
    en: `larger than the limit of ${p.limit} bytes for one file`,
  }),
  skippedTotalSize: (p: { limit: number }): Text => ({
    zh: `输出文件的总大小超过上限 ${p.limit} 字节`,
    en: `beyond the limit of ${p.limit} bytes for all files together`,
  }),
  skippedTooMany: (p: { limit: number }): Text => ({
    zh: `条目超过 ${p.limit} 个，其余的没有处理`,
    en: `more than ${p.limit} entries; the rest was skipped`,
  }),
  skippedReadSize: (p: { limit: number }): Text => ({
    zh: `收集输出文件时要读取的数据超过上限 ${p.limit} 字节`,
    en: `beyond the limit of ${p.limit} bytes that are read to collect files`,
  }),
  skippedTooSlow: (p: { limit: number }): Text => ({
    zh: `收集输出文件超过 ${p.limit} 分钟，其余的没有处理`,
    en: `collecting took more than ${p.limit} minutes; the rest was skipped`,
  }),
  skippedChanged: {
    zh: "读取期间文件发生了变化",
    en: "the file changed while it was read",
  },
  skippedReadError: (p: { cause: string }): Text => ({
    zh: `读取失败：${p.cause}`,
    en: `reading failed: ${p.cause}`,
  }),

  skippedUnread: (p: { cause: string }): Text => ({
    zh: `多次尝试后仍无法读取（${p.cause}），保留在节点上`,
    en: `it could not be read after many tries (${p.cause}), and is kept on the node`,
  }),

  noTaskSheet: (p: { path: string; cause: string }): Text => ({
    zh: `无法读取 ${p.path}/task.json：${p.cause}`,
    en: `Cannot read ${p.path}/task.json: ${p.cause}`,
  }),
} satisfies Catalog;
