import type { Catalog, Text } from "./text.ts";

/** What uploads say. */
export const uploaderText = {
  /** What is being retried. */
  whatUpload: (p: { name: string; taskId: string }): Text => ({
    zh: `上传任务 ${p.taskId} 的文件 ${p.name}`,
    en: `upload of ${p.name} of task ${p.taskId}`,
  }),

  /** Three times 408. */
  tooSlow: (p: { name: string; times: number }): Text => ({
    zh:
      `文件 ${p.name} 未能上传：${p.times} 次都超过了 Server 的请求时间限制。请使用更快的网络，让任务输出更小的文件，或请管理员放宽 Server 的请求时间限制。`,
    en:
      `File ${p.name} was not uploaded: it took longer than the Server allows for a request, ${p.times} times. Use a faster network, have the task write smaller files, or have the Server's request timeout raised.`,
  }),

  /** 404. */
  taskUnknown: (p: { name: string; taskId: string; why: Text }): Text => ({
    zh: `文件 ${p.name} 未能上传：Server 不认识任务 ${p.taskId}。${p.why.zh}`,
    en: `File ${p.name} was not uploaded: the Server does not know task ${p.taskId}. ${p.why.en}`,
  }),

  /** 413. */
  tooLarge: (p: { name: string; why: Text }): Text => ({
    zh: `文件 ${p.name} 未能上传：它超过了 Server（或其前面的代理）允许的大小。${p.why.zh}`,
    en:
      `File ${p.name} was not uploaded: it is larger than the Server, or a proxy in front of it, allows. ${p.why.en}`,
  }),

  /** 400. */
  refused: (p: { name: string; why: Text }): Text => ({
    zh: `文件 ${p.name} 未能上传，可能超过了 Server 的大小限制。${p.why.zh}`,
    en: `File ${p.name} was not uploaded; it may be larger than the Server allows. ${p.why.en}`,
  }),
} satisfies Catalog;
