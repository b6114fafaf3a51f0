import type { Catalog, Text } from "./text.ts";

const rights: Text = {
  zh: "请以该路径所属用户的身份运行，或修改它的权限。",
  en: "Run agent-core as the user who owns the path, or change its permissions.",
};
const path: Text = { zh: "请检查路径。", en: "Check the path." };
const again: Text = { zh: "请重试。", en: "Try again." };
const room: Text = { zh: "请腾出空间后重试。", en: "Free some space and try again." };
const disk: Text = { zh: "请检查磁盘和系统日志。", en: "Check the disk and the system's log." };
const openFiles: Text = {
  zh: "请提高打开文件数的上限（ulimit -n）后重试。",
  en: "Raise the limit on open files (ulimit -n) and try again.",
};

/** What the system says when it refuses something to do with a file, a folder or a pipe. */
export const systemText = {
  /** Why, by the system's code. */
  reasons: {
    EACCES: { zh: "没有权限", en: "permission denied" },
    EPERM: { zh: "系统不允许", en: "the system does not permit it" },
    EROFS: { zh: "文件系统是只读的", en: "the file system is read-only" },
    ENOENT: { zh: "文件或目录不存在", en: "no such file or folder" },
    EEXIST: { zh: "已经存在", en: "it already exists" },
    ENOTDIR: { zh: "路径中有一部分不是目录", en: "part of the path is not a folder" },
    EISDIR: { zh: "这是目录，不是文件", en: "it is a folder, not a file" },
    ENOTEMPTY: { zh: "目录不是空的", en: "the folder is not empty" },
    ENAMETOOLONG: { zh: "名称太长", en: "the name is too long" },
    ELOOP: { zh: "符号链接层数过多", en: "too many symbolic links" },
    ENOSPC: { zh: "磁盘空间不足", en: "no space left on the disk" },
    EDQUOT: { zh: "磁盘配额已用完", en: "the disk quota is used up" },
    EFBIG: { zh: "文件超过了允许的大小", en: "the file is larger than allowed" },
    EIO: { zh: "磁盘读写出错", en: "the disk reports a read or write error" },
    EMFILE: { zh: "本进程打开的文件过多", en: "this process has too many open files" },
    ENFILE: { zh: "系统打开的文件过多", en: "the system has too many open files" },
    ENOMEM: { zh: "内存不足", en: "not enough memory" },
    EBUSY: { zh: "正被占用", en: "it is busy: something is using it" },
    ETXTBSY: { zh: "程序正在运行", en: "the program is running" },
    ESTALE: {
      zh: "网络文件系统已断开",
      en: "the network file system no longer knows the file",
    },
    EAGAIN: { zh: "对方暂时无法接收", en: "the other side is not taking anything right now" },
    EPIPE: { zh: "管道的另一端已关闭", en: "the other end of the pipe is closed" },
  } as Readonly<Record<string, Text>>,

  /** What to do about it, by the system's code. */
  advice: {
    EACCES: rights,
    EPERM: rights,
    EROFS: { zh: "请换一个可写的位置。", en: "Choose a place that can be written to." },
    ENOENT: path,
    EEXIST: {
      zh: "请换一个名称，或先移走原有的。",
      en: "Choose another name, or move what is there out of the way.",
    },
    ENOTDIR: path,
    EISDIR: path,
    ENOTEMPTY: path,
    ENAMETOOLONG: path,
    ELOOP: path,
    ENOSPC: room,
    EDQUOT: room,
    EFBIG: room,
    EIO: disk,
    EMFILE: openFiles,
    ENFILE: openFiles,
    ENOMEM: {
      zh: "请关闭其他程序后重试。",
      en: "Close other programs and try again.",
    },
    EBUSY: {
      zh: "请先停止使用它的程序。",
      en: "Stop whatever is using it and try again.",
    },
    ETXTBSY: { zh: "请先停止它。", en: "Stop it first." },
    ESTALE: {
      zh: "请重新挂载，或改用本地磁盘。",
      en: "Mount it again, or use a local disk.",
    },
    EAGAIN: again,
    EPIPE: again,
  } as Readonly<Record<string, Text>>,

  /** What could not be done, by the name of the call. */
  cannot: {
    open: { zh: "无法打开", en: "Cannot open" },
    read: { zh: "无法读取", en: "Cannot read" },
    write: { zh: "无法写入", en: "Cannot write" },
    create: { zh: "无法创建", en: "Cannot create" },
    remove: { zh: "无法删除", en: "Cannot remove" },
    rename: { zh: "无法重命名", en: "Cannot rename" },
    start: { zh: "无法启动", en: "Cannot start" },
    access: { zh: "无法访问", en: "Cannot access" },
  },

  reasonAt: (p: { reason: Text; path: string }): Text => ({
    zh: `${p.reason.zh}（${p.path}）`,
    en: `${p.reason.en} (${p.path})`,
  }),
  trouble: (p: { cannot: Text; path: string; reason: Text; advice: Text }): Text => ({
    zh: `${p.cannot.zh} ${p.path}：${p.reason.zh}。${p.advice.zh}`,
    en: `${p.cannot.en} ${p.path}: ${p.reason.en}. ${p.advice.en}`,
  }),
  troubleSomewhere: (p: { reason: Text; advice: Text }): Text => ({
    zh: `系统报告：${p.reason.zh}。${p.advice.zh}`,
    en: `The system reports: ${p.reason.en}. ${p.advice.en}`,
  }),
} satisfies Catalog;
