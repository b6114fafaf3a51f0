import type { Catalog, Text } from "./text.ts";

/** What lock, control channel and services say. */
export const daemonText = {
  unlockedAgentRuns: (
    p: { dataDir: string; pid: number; name: string; path: string },
  ): Text => ({
    zh: `数据目录 ${p.dataDir} 已有另一个程序的 agent 在使用：进程 ${p.pid}（${p.name}），` +
      `记录在 ${p.path} 中。两者会领取同样的任务，并相互停止对方。请先结束该进程` +
      `（本程序的 agent-core stop 不会结束它）；如果它并不是 agent，请删除 ${p.path}。`,
    en: `The data folder ${p.dataDir} is in use by an agent of another program: process ${p.pid} ` +
      `(${p.name}), named in ${p.path}. Both would take the same tasks, and each would stop the ` +
      `other. End that process first (this program's agent-core stop does not); if it is no ` +
      `agent, delete ${p.path}.`,
  }),

  controlBadRequest: {
    zh: "控制通道收到无法理解的请求。",
    en: "The control channel got a request that it does not understand.",
  },

  controlWrongSecret: {
    zh: "控制通道的请求没有带上正确的口令。",
    en: "The request to the control channel does not carry the right secret.",
  },

  controlTooLong: (p: { bytes: number }): Text => ({
    zh: `控制通道的请求超过 ${p.bytes} 字节。`,
    en: `The request to the control channel is longer than ${p.bytes} bytes.`,
  }),

  detachedDied: (p: { how: string; logFile: string; tail: string }): Text => ({
    zh: `后台的 agent-core 没能启动（${p.how}）。${p.logFile} 的最后几行：\n${p.tail}`,
    en:
      `agent-core did not come up in the background (${p.how}). The last lines of ${p.logFile}:\n` +
      p.tail,
  }),

  detachedDiedSilent: (p: { how: string; logFile: string }): Text => ({
    zh: `后台的 agent-core 没能启动（${p.how}），并且没有向 ${p.logFile} 写入任何内容。` +
      `请用 agent-core run 在前台运行以查看原因。`,
    en:
      `agent-core did not come up in the background (${p.how}) and wrote nothing to ${p.logFile}. ` +
      `Run agent-core run in the foreground to see why.`,
  }),

  detachedTimeout: (p: { seconds: number; logFile: string; tail: string }): Text => ({
    zh:
      `后台的 agent-core 在 ${p.seconds} 秒内没有就绪，已将其结束。${p.logFile} 的最后几行：\n${p.tail}`,
    en: `agent-core was not ready in the background within ${p.seconds} seconds and was ended. ` +
      `The last lines of ${p.logFile}:\n${p.tail}`,
  }),

  detachImpossible: (p: { program: string; reason: Text }): Text => ({
    zh: `无法在后台启动 ${p.program}：${p.reason.zh}。`,
    en: `Cannot start ${p.program} in the background: ${p.reason.en}.`,
  }),

  denoArgsBad: (p: { value: string }): Text => ({
    zh: `环境变量 AGENT_CORE_DENO_ARGS 应为字符串组成的 JSON 数组，实际为：${p.value}`,
    en:
      `The environment variable AGENT_CORE_DENO_ARGS must be a JSON array of strings, but is: ${p.value}`,
  }),

  stopFailed: (p: { dataDir: string; reason: Text }): Text => ({
    zh: `无法停止数据目录 ${p.dataDir} 上的 agent-core：${p.reason.zh}。`,
    en: `Cannot stop the agent-core on the data folder ${p.dataDir}: ${p.reason.en}.`,
  }),

  stopNoPid: (p: { pidFile: string }): Text => ({
    zh:
      `控制通道没有应答，${p.pidFile} 中也没有可以确认属于 agent-core 的进程号，因此没有结束任何进程`,
    en:
      `the control channel does not answer, and ${p.pidFile} names no process that is certain to be ` +
      `agent-core, so no process was ended`,
  }),

  stopUndead: (p: { pid: number }): Text => ({
    zh: `进程 ${p.pid} 被强制结束后仍占用数据目录的锁`,
    en: `process ${p.pid} still holds the lock of the data folder after it was killed`,
  }),

  logLinesLost: (p: { lines: number; reason: Text }): Text => ({
    zh: `日志有 ${p.lines} 行未能写入：${p.reason.zh}`,
    en: `${p.lines} log lines could not be written: ${p.reason.en}`,
  }),

  serviceValueUnfit: (p: { value: string }): Text => ({
    zh: `${p.value} 含有控制字符，不能写入服务文件。请换一个路径。`,
    en:
      `${p.value} contains control characters and cannot be used in a service file. Use another path.`,
  }),

  serviceCommandFailed: (p: { command: string; said: string }): Text => ({
    zh: `命令 ${p.command} 失败：${p.said}`,
    en: `The command ${p.command} failed: ${p.said}`,
  }),

  serviceCommandMissing: (p: { command: string }): Text => ({
    zh: `本机没有命令 ${p.command}（或不在 PATH 中），因此没有做任何改动。` +
      `请用 agent-core install-service --print 查看服务文件的内容，并交给本机的服务管理器。`,
    en: `The command ${p.command} was not found, so nothing was changed. ` +
      `Run agent-core install-service --print and give the file to this machine's service manager.`,
  }),

  commandMissing: (p: { command: string }): Text => ({
    zh: `本机没有命令 ${p.command}（或不在 PATH 中）。请安装它，或检查 PATH。`,
    en:
      `The command ${p.command} is not on this machine (or not in PATH). Install it, or check PATH.`,
  }),

  serviceFileImpossible: (p: { path: string; reason: Text }): Text => ({
    zh: `无法写入或删除服务文件 ${p.path}：${p.reason.zh}。系统级服务需要管理员权限（sudo），` +
      `或者改用 --user。`,
    en:
      `Cannot write or remove the service file ${p.path}: ${p.reason.en}. A system service needs ` +
      `administrator rights (sudo); or use --user.`,
  }),

  /** The value of a variable that cannot stand in a file of variables. It may be secret. */
  variableUnfit: (p: { name: string }): Text => ({
    zh: `环境变量 ${p.name} 的值含有换行或其他控制字符，不能交给服务。请修改它的值。`,
    en: `The variable ${p.name} has a line break or another control character in its value, and ` +
      `cannot be handed to the service. Correct its value.`,
  }),

  variablesUnreadable: (p: { path: string; reason: Text }): Text => ({
    zh: `无法读取环境变量文件 ${p.path}：${p.reason.zh}。` +
      `若它属于某个服务，请重新运行 agent-core install-service。`,
    en:
      `Cannot read the file of variables ${p.path}: ${p.reason.en}. If it belongs to a service, run ` +
      `agent-core install-service again.`,
  }),

  variablesBadLine: (p: { path: string; line: number }): Text => ({
    zh: `${p.path} 的第 ${p.line} 行不是环境变量。请写成 NAME="value" 的形式，每行一个。`,
    en: `Line ${p.line} of ${p.path} is not a variable. Write NAME="value", one on each line.`,
  }),

  serviceVariables: (p: { names: readonly string[]; path: string }): Text => ({
    zh:
      `服务沿用此处的环境变量 ${
        p.names.join("、")
      }，保存在 ${p.path} 中，只有运行服务的账户可读。` +
      `变量改变后，请重新运行 agent-core install-service。`,
    en:
      `The service keeps these variables: ${
        p.names.join(", ")
      }. They are in ${p.path}, which only its account ` +
      `can read. When they change, run agent-core install-service again.`,
  }),

  accountMissing: (p: { name: string; command: string }): Text => ({
    zh: `本机没有账户 ${p.name}。请先创建：${p.command}`,
    en: `There is no account ${p.name} on this machine. Create it: ${p.command}`,
  }),

  serviceInstalled: (p: { name: string; path: string }): Text => ({
    zh: `服务 ${p.name} 已安装并启动（${p.path}）。`,
    en: `The service ${p.name} is installed and started (${p.path}).`,
  }),

  serviceRemoved: (p: { name: string; path: string }): Text => ({
    zh: `服务 ${p.name} 已停止并卸载（${p.path}）。任务容器不受影响。`,
    en: `The service ${p.name} is stopped and removed (${p.path}). Task containers keep running.`,
  }),

  serviceAbsent: (p: { name: string; path: string }): Text => ({
    zh: `服务 ${p.name} 没有安装（${p.path} 不存在）。`,
    en: `The service ${p.name} is not installed (${p.path} does not exist).`,
  }),

  lingerNeeded: (p: { user: string }): Text => ({
    zh:
      `用户级服务会在您注销后停止。要让它一直运行并随系统启动，请执行：loginctl enable-linger ${p.user}`,
    en: `A user's service stops when you log out. To keep it running and start it at ` +
      `boot: loginctl enable-linger ${p.user}`,
  }),

  windowsTaskLimits: {
    zh:
      "计划任务在登录（或开机）时启动 agent-core；运行中崩溃时不会自动重启，请在下次登录前手动运行。",
    en:
      "The scheduled task starts agent-core at logon (or at boot). It does not restart an agent " +
      "that crashes: start it by hand, or log on again.",
  },

  /** launchd and exit code 2. */
  launchdRestarts: {
    zh:
      "launchd 会在 agent-core 出错退出后每 30 秒重启一次，配置错误时也是如此；原因见 agent.log。",
    en:
      "launchd starts agent-core again 30 seconds after it ends with an error, including a wrong " +
      "configuration; agent.log says why.",
  },

  /** First line of a service file. */
  serviceDescription: {
    zh: "agent-core：在 Docker 容器中运行 OpenAaaS 任务",
    en: "agent-core: runs OpenAaaS tasks in Docker containers",
  },

  modeMended: (p: { path: string; mode: string }): Text => ({
    zh:
      `其他用户此前可访问 ${p.path}（权限 ${p.mode}），现已收回。若非有意为之，请检查是谁或什么程序改动了权限。`,
    en:
      `Other users had access to ${p.path} (mode ${p.mode}); that access was removed. If it was not intended, find out who or what changed the mode.`,
  }),

  modeLoose: (p: { path: string; mode: string }): Text => ({
    zh:
      `其他用户可访问 ${p.path}（权限 ${p.mode}），且无法收回。请以其所有者身份运行：chmod go= "${p.path}"`,
    en:
      `Other users have access to ${p.path} (mode ${p.mode}), and it could not be removed. Run as the owner: chmod go= "${p.path}"`,
  }),
} satisfies Catalog;
