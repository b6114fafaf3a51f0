import type { Catalog, Text } from "./text.ts";

/** What putting the parts together has to say. */
export const agentText = {
  notRegistered: (p: { config: string }): Text => ({
    zh:
      `尚未注册：${p.config} 中没有 agent.service_id 和 agent.api_key。请运行 agent-core register --token <注册令牌>`,
    en:
      `Not registered: ${p.config} has no agent.service_id and agent.api_key. Run: agent-core register --token TOKEN`,
  }),

  started: (
    p: { version: string; server: string; engine?: string; image: string; capacity: number },
  ): Text => ({
    zh: `agent-core ${p.version} 已启动：Server ${p.server}，引擎 ${
      p.engine ?? "尚未连上"
    }，镜像 ${p.image}，容量 ${p.capacity}`,
    en: `agent-core ${p.version} is up: Server ${p.server}, engine ${
      p.engine ?? "not reached yet"
    }, image ${p.image}, capacity ${p.capacity}`,
  }),

  /** A question that only a started agent can answer. */
  notUpYet: {
    zh: "agent 仍在启动，请稍后重试。",
    en: "The agent is still starting; try again in a moment.",
  },

  stopped: {
    zh: "agent-core 已停止；正在运行的容器会继续，下次启动时接管",
    en:
      "agent-core has stopped; running containers keep going and are taken over at the next start",
  },

  /** A service manager started it anew although `agent-core stop` had ended it, by force. */
  stayStopped: {
    zh:
      "上一个进程刚被 agent-core stop 强制结束，因此本次不启动。要重新工作，请通过服务管理器再启动一次",
    en:
      "Not started: agent-core stop has just killed the previous process. To run the agent again, start the service once more",
  },

  loopStuck: (p: { secs: number }): Text => ({
    zh:
      `本进程已有 ${p.secs} 秒毫无进展，现自行结束，以便重新启动；任务不会丢失。若没有服务管理器负责重启，请手动再次启动。若日志并非通向已停止读取的管道或终端，请附上日志反馈此问题`,
    en:
      `This process has made no progress for ${p.secs} s and is ending itself so that it can be restarted; no task is lost. Start it again unless a service manager does. If its log does not go to a pipe or terminal that nobody reads, please report this and include the log`,
  }),

  reserveUsed: (p: { path: string }): Text => ({
    zh: `${p.path} 所在磁盘已满，已动用预留空间以保住任务状态。请立即清理磁盘`,
    en:
      `The disk of ${p.path} is full; the reserved space was used to save the state of the tasks. Free some space now`,
  }),
} satisfies Catalog;
