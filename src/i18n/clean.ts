import type { Catalog, Text } from "./text.ts";

/** What `clean` says. */
export const cleanText = {
  description: {
    zh:
      "删除数据目录中的残留\n已结束任务的文件和容器，以及不再属于任何任务的文件。agent 运行时不可用。",
    en:
      "Remove leftovers from the data folder\nFiles and containers of tasks that have ended, and " +
      "what no longer belongs to any task. Not while an agent is running.",
  },
  optionAll: {
    zh: "删除整个数据目录及其容器",
    en: "All of the data folder, and its containers",
  },
  optionDiscard: {
    zh: "连同 Server 没有接收的结果一起删除；与 --all 同用时也包括进行中的任务",
    en: "Results that the Server does not have, too; with --all also tasks under way",
  },
  optionYes: { zh: "不询问，直接删除", en: "Remove without asking" },
  exampleAll: { zh: "全部删除", en: "Everything" },
  nothing: (p: { dataDir: string }): Text => ({
    zh: `${p.dataDir} 中没有可以删除的内容。`,
    en: `There is nothing to remove in ${p.dataDir}.`,
  }),
  would: (p: { dataDir: string; paths: number; containers: number; size: string }): Text => ({
    zh:
      `将从 ${p.dataDir} 删除 ${p.paths} 个文件或文件夹（${p.size}），以及 ${p.containers} 个容器。`,
    en: `To be removed from ${p.dataDir}: files and folders: ${p.paths} (${p.size}); ` +
      `containers: ${p.containers}.`,
  }),
  wouldEmpty: (p: { dataDir: string; size: string }): Text => ({
    zh: `将删除整个数据目录 ${p.dataDir}（${p.size}）及其容器。`,
    en: `To be removed: the whole data folder ${p.dataDir} (${p.size}), and its containers.`,
  }),
  wouldGiveUp: (p: { tasks: string }): Text => ({
    zh: `其中包括 Server 没有接收的结果：${p.tasks}。`,
    en: `Among it are results that the Server does not have: ${p.tasks}.`,
  }),
  ask: { zh: "确定删除吗？[y/N]", en: "Remove it? [y/N]" },
  /** What is typed to agree; `y` does too. */
  yes: { zh: "是", en: "yes" },
  notAgreed: { zh: "没有删除任何内容。", en: "Nothing was removed." },
  yesNeeded: {
    zh: "没有终端可供确认。若确定删除，请加上 --yes。",
    en: "There is no terminal to ask at. If you are sure, add --yes.",
  },
  done: (p: { paths: number; containers: number; size: string }): Text => ({
    zh: `已删除 ${p.paths} 个文件或文件夹、${p.containers} 个容器，释放 ${p.size}。`,
    en: `Removed: ${p.paths} files and folders, ${p.containers} containers; ${p.size} freed.`,
  }),
  notRemoved: (p: { what: string; why: Text }): Text => ({
    zh: `无法删除 ${p.what}：${p.why.zh}`,
    en: `Cannot remove ${p.what}: ${p.why.en}`,
  }),
  keptUndelivered: (p: { count: number; tasks: string }): Text => ({
    zh: `保留了 ${p.count} 个任务的结果，因为 Server 尚未（全部）接收：${p.tasks}。` +
      `启动 agent 会继续发送；不再需要时：agent-core clean --discard-undelivered`,
    en: `Kept the results of ${p.count} task(s) that the Server does not have (in full): ` +
      `${p.tasks}. An agent that is started goes on sending them; to discard them: ` +
      `agent-core clean --discard-undelivered`,
  }),
  keptUnderWay: (p: { count: number; tasks: string }): Text => ({
    zh: `保留了 ${p.count} 个尚未结束的任务：${p.tasks}。启动 agent 会继续处理；` +
      `全部放弃：agent-core clean --all --discard-undelivered`,
    en: `Kept ${p.count} task(s) that have not ended: ${p.tasks}. An agent that is started goes ` +
      `on with them; to discard everything: agent-core clean --all --discard-undelivered`,
  }),
  keptTries: (p: { count: number }): Text => ({
    zh: `有 ${p.count} 个 agent-core try 正在运行，其文件已保留。`,
    en: `Kept the files of agent-core try, which is running (${p.count}).`,
  }),
  engineAway: (p: { reason: Text }): Text => ({
    zh: `容器、没有记录的文件以及属于容器用户的文件未处理：${p.reason.zh}`,
    en: `Containers, files without a record and files of a container's user were left alone: ` +
      p.reason.en,
  }),
  engineNeeded: (p: { reason: Text }): Text => ({
    zh: `没有引擎就无法删除容器，因此没有删除任何内容：${p.reason.zh}`,
    en: `Without the engine its containers would stay, so nothing was removed: ${p.reason.en}`,
  }),
  foreign: (p: { dataDir: string; names: string }): Text => ({
    zh: `${p.dataDir} 中不属于 agent-core 的内容已保留：${p.names}`,
    en: `Kept what is not agent-core's in ${p.dataDir}: ${p.names}`,
  }),
} satisfies Catalog;
