import type { Catalog, Text } from "./text.ts";

/** What the development Server says. */
export const devserverText = {
  portTaken: (p: { hostname: string; port: number; reason: string }): Text => ({
    zh: `开发服务器无法监听 ${p.hostname}:${p.port}：${p.reason}。请用 --port 换一个端口。`,
    en:
      `The development Server cannot listen on ${p.hostname}:${p.port}: ${p.reason}. Choose another port with --port.`,
  }),

  listening: (p: { url: string }): Text => ({
    zh: `开发服务器已启动：${p.url}`,
    en: `The development Server listens on ${p.url}`,
  }),

  closed: (p: { url: string }): Text => ({
    zh: `开发服务器已停止：${p.url}`,
    en: `The development Server at ${p.url} is closed`,
  }),

  /** The option of `dev-server` that lets requests go wrong. */
  faultOption: {
    zh: "注入故障：[CALL=]WHAT[:SHARE]，例如 503:20%，可多次使用",
    en: "Let requests go wrong: [CALL=]WHAT[:SHARE], as 503:20%; may be repeated",
  },
  exampleFaults: {
    zh: "五分之一的请求失败，第一次上传中断",
    en: "A fifth of all requests fails, and the first upload is cut",
  },
  badFault: (
    p: { fault: string; what: readonly string[]; calls: readonly string[] },
  ): Text => ({
    zh:
      `“${p.fault}”不是故障。格式为 [CALL=]WHAT[:SHARE]，例如 503:20% 或 upload=cut:1。WHAT：400 到 599，或 ${
        p.what.join("、")
      }；CALL：${p.calls.join("、")}；SHARE：1% 到 100%，或次数。`,
    en:
      `"${p.fault}" is no fault. Write [CALL=]WHAT[:SHARE], for example 503:20% or upload=cut:1. WHAT: 400 to 599, or ${
        p.what.join(", ")
      }. CALL: ${p.calls.join(", ")}. SHARE: 1% to 100%, or how many times.`,
  }),

  taskChanged: (p: { task: string; status: string }): Text => ({
    zh: `任务 ${p.task}：${p.status}`,
    en: `Task ${p.task}: ${p.status}`,
  }),

  answered: (p: { method: string; path: string; status: number }): Text => ({
    zh: `${p.method} ${p.path}：回复 ${p.status}`,
    en: `${p.method} ${p.path} was answered with ${p.status}`,
  }),

  cut: (p: { method: string; path: string }): Text => ({
    zh: `${p.method} ${p.path}：连接中断，回复未送达`,
    en: `${p.method} ${p.path} ended without its whole answer`,
  }),

  /** Something in the Server itself went wrong; the request was answered with 500. */
  trouble: (p: { reason: string }): Text => ({
    zh: `开发服务器内部错误：${p.reason}。请检查其数据目录和磁盘空间。`,
    en: `The development Server failed: ${p.reason}. Check its data folder and the disk space.`,
  }),
} satisfies Catalog;
