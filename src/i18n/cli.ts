import { afterWord, type Catalog, type Text } from "./text.ts";

/** What the command line says. */
export const cliText = {
  // The program and its options.

  description: {
    zh: "把一台机器变成 OpenAaaS 的节点：领取任务，在 Docker 容器中运行，送回结果。",
    en:
      "Turns a machine into an OpenAaaS node: takes tasks, runs each in a Docker container, sends the results back.",
  },
  optionConfig: {
    zh: "配置文件（默认 ./config.toml，或环境变量 AGENT_CORE_CONFIG）",
    en: "Configuration file (default ./config.toml, or the variable AGENT_CORE_CONFIG)",
  },
  optionLang: {
    zh: "界面语言：zh 或 en（默认取自系统区域设置）",
    en: "Language: zh or en (default: from the locale)",
  },
  optionLogLevel: {
    zh: "日志级别：debug、info、warn 或 error（默认 info）",
    en: "Log level: debug, info, warn or error (default info)",
  },
  optionLogFormat: {
    zh: "日志格式：text 或 json（默认 text）",
    en: "Log format: text or json (default text)",
  },
  optionJson: { zh: "输出 JSON，供程序读取", en: "Print JSON, for programs" },
  optionHelp: { zh: "显示帮助", en: "Show this help" },
  optionVersion: { zh: "显示版本", en: "Show the version" },
  optionDataDir: {
    zh: "数据目录（默认取自配置）",
    en: "Data folder (default: from the configuration)",
  },

  // The help itself.

  helpUsage: (p: { line: string }): Text => ({
    zh: `用法：${p.line}`,
    en: `Usage: ${p.line}`,
  }),
  helpCommands: { zh: "命令：", en: "Commands:" },
  helpOptions: { zh: "选项：", en: "Options:" },
  helpGlobalOptions: { zh: "通用选项：", en: "Options for every command:" },
  helpExamples: { zh: "示例：", en: "Examples:" },
  helpMore: {
    zh: "查看某个命令的用法：在命令后加上 --help",
    en: "More about a command: add --help to it",
  },
  helpDescription: {
    zh: "显示帮助，或某个命令的帮助",
    en: "Show this help, or the help of a command",
  },
  completionsDescription: {
    zh: "生成命令补全脚本（bash、zsh、fish）",
    en: "Generate completions for a shell (bash, zsh, fish)",
  },
  completionsFor: (p: { shell: string }): Text => ({
    zh: `生成 ${p.shell} 的补全脚本`,
    en: `Generate completions for ${p.shell}`,
  }),
  exampleBash: { zh: "写入 ~/.bashrc", en: "In ~/.bashrc" },
  exampleZsh: { zh: "写入 ~/.zshrc", en: "In ~/.zshrc" },
  exampleFish: {
    zh: "写入 ~/.config/fish/config.fish",
    en: "In ~/.config/fish/config.fish",
  },
  exampleDemo: {
    zh: "先看一遍完整过程，无需账号",
    en: "See how it works, without an account",
  },
  exampleFirst: {
    zh: "第一次启动会询问所需的设置",
    en: "The first start asks for what it needs",
  },
  exampleHelp: { zh: "某个命令的用法", en: "How a command is used" },
  exampleDefault: { zh: "一般用法", en: "The usual way" },
  exampleScript: { zh: "供脚本使用", en: "For scripts" },
  exampleElsewhere: { zh: "另一位置", en: "In another place" },
  exampleAskToken: { zh: "在终端询问令牌", en: "Ask for the token" },

  // What goes wrong with any command.

  notOneOf: (p: { option: string; value: string; allowed: string }): Text => ({
    zh: `${p.option} 的值 ${p.value} 无效，可用：${p.allowed}`,
    en: `${p.option} cannot be ${p.value}; use one of: ${p.allowed}`,
  }),
  wrongUse: (p: { reason: Text; command: string }): Text => ({
    zh: `命令用法有误：${p.reason.zh}\n运行 ${p.command} --help 查看用法。`,
    en: `Wrong usage: ${p.reason.en}\nSee ${p.command} --help.`,
  }),
  didYouMean: (p: { name: string }): Text => ({
    zh: `您是不是要用 ${p.name}？`,
    en: ` Did you mean ${p.name}?`,
  }),
  unknownOption: (p: { option: string; hint: Text }): Text => ({
    zh: `没有选项 ${p.option}。${p.hint.zh}`,
    en: `There is no option ${p.option}.${p.hint.en}`,
  }),
  unknownCommand: (p: { command: string; hint: Text }): Text => ({
    zh: `没有命令 ${p.command}。${p.hint.zh}`,
    en: `There is no command ${p.command}.${p.hint.en}`,
  }),
  optionTwice: (p: { option: string }): Text => ({
    zh: `选项 ${p.option} 只能出现一次。`,
    en: `The option ${p.option} can be given only once.`,
  }),
  optionTakesNoValue: (p: { option: string; value: string }): Text => ({
    zh: `选项 ${p.option} 不带值，却给了 ${p.value}。`,
    en: `The option ${p.option} takes no value, but ${p.value} was given.`,
  }),
  optionValueMissing: (p: { option: string }): Text => ({
    zh: `选项 ${p.option} 缺少值。`,
    en: `The option ${p.option} needs a value.`,
  }),
  optionNotANumber: (p: { option: string; value: string }): Text => ({
    zh: `${p.option} 应为数字，而不是 ${p.value}。`,
    en: `${p.option} must be a number, not ${p.value}.`,
  }),
  optionStandsAlone: (p: { option: string }): Text => ({
    zh: `选项 ${p.option} 只能单独使用。`,
    en: `The option ${p.option} cannot be combined with others.`,
  }),
  optionMissing: (p: { option: string }): Text => ({
    zh: `缺少选项 ${p.option}。`,
    en: `The option ${p.option} is missing.`,
  }),
  optionsConflict: (p: { option: string; other: string }): Text => ({
    zh: `选项 ${p.option} 不能与 ${p.other} 同时使用。`,
    en: `The options ${p.option} and ${p.other} cannot be used together.`,
  }),
  optionNeeds: (p: { option: string; other: string }): Text => ({
    zh: `选项 ${p.option} 要与 ${p.other} 一起使用。`,
    en: `The option ${p.option} can only be used with ${p.other}.`,
  }),
  argumentMissing: (p: { names: string }): Text => ({
    zh: `缺少参数 ${p.names}。`,
    en: `The argument ${p.names} is missing.`,
  }),
  tooManyArguments: (p: { words: string }): Text => ({
    zh: `多余的参数：${p.words}`,
    en: `Too many arguments: ${p.words}`,
  }),
  noArguments: (p: { command: string }): Text => ({
    zh: `${p.command} 不带参数。`,
    en: `${p.command} takes no arguments.`,
  }),
  /** A question was answered by Ctrl+C or Ctrl+D. */
  cancelled: { zh: "已取消，没有改动。", en: "Cancelled; nothing was changed." },
  noTerminal: {
    zh:
      "--interactive 需要在终端中使用。不在终端时请先运行 agent-core init 和 agent-core register --token <注册令牌>",
    en:
      "--interactive needs a terminal. Without one, run agent-core init and agent-core register --token TOKEN first.",
  },

  // init

  initDescription: {
    zh: "写出带注释的默认 config.toml",
    en: "Write a commented default config.toml",
  },
  initForce: {
    zh: "覆盖已有文件（先保留一份副本）",
    en: "Replace an existing file (a copy is kept)",
  },
  configExists: (p: { path: string }): Text => ({
    zh: `${p.path} 已存在。要重新生成请使用 --force（会保留副本）。`,
    en: `${p.path} already exists. Use --force to replace it (a copy is kept).`,
  }),
  configCopied: (p: { path: string; copy: string }): Text => ({
    zh: `${p.path} 的副本：${p.copy}`,
    en: `The old ${p.path} is kept as ${p.copy}`,
  }),
  configNotWritten: (p: { path: string; reason: Text }): Text => ({
    zh:
      `无法写入 ${p.path}：${p.reason.zh}。请检查目录的权限和磁盘空间，或用 --config 换一个位置。`,
    en:
      `Cannot write ${p.path}: ${p.reason.en}. Check the folder's permissions and the disk, or name another place with --config.`,
  }),
  configWritten: (p: { path: string }): Text => ({
    zh:
      `已写入 ${p.path}\n下一步：\n  1. 填写 server.base_url 和 executor.image\n  2. agent-core register --token <注册令牌>\n  3. agent-core run`,
    en:
      `Wrote ${p.path}\nNext:\n  1. Fill in server.base_url and executor.image\n  2. agent-core register --token TOKEN\n  3. agent-core run`,
  }),

  // register

  registerDescription: {
    zh: "用注册令牌向 Server 注册本机",
    en: "Register this machine with the Server",
  },
  registerToken: {
    zh: "注册令牌（rt_…，只能用一次）",
    en: "Registration token (rt_…, can be used once)",
  },
  registerName: { zh: "本节点的名称", en: "This agent's own name" },
  registerForce: {
    zh: "已注册时重新注册",
    en: "Register again even if already registered",
  },
  registerDiscard: {
    zh: "与 --force 一起：放弃尚未送达的结果",
    en: "With --force: discard undelivered results",
  },
  registeredHere: (p: { serviceId: string; path: string }): Text => ({
    zh: `${p.path} 中已有注册信息（${p.serviceId}）。要重新注册请使用 --force。`,
    en: `${p.path} is already registered (${p.serviceId}). Use --force to register again.`,
  }),
  tokenMissing: (p: { path: string }): Text => ({
    zh: `缺少注册令牌。请运行 agent-core --config ${p.path} register --token <注册令牌>`,
    en:
      `The registration token is missing. Run: agent-core --config ${p.path} register --token TOKEN`,
  }),
  aboutToken: (p: { server: string }): Text => ({
    zh: `注册令牌由 Server（${p.server}）的管理员在创建服务时得到，以 rt_ 开头，只能用一次。`,
    en:
      `The administrator of the Server (${p.server}) gets a registration token when creating a service. It begins with rt_ and can be used only once.`,
  }),
  askToken: {
    zh: "注册令牌（输入时显示为 *）：",
    en: "Registration token (shown as *):",
  },
  registered: (p: { serviceId: string; name: string; path: string }): Text => ({
    zh: `注册成功：服务 ${p.name}（${p.serviceId}）。密钥已写入 ${p.path}`,
    en: `Registered: service ${p.name} (${p.serviceId}). The key is in ${p.path}`,
  }),
  registeredNext: {
    zh: "下一步：agent-core run",
    en: "Next: agent-core run",
  },
  keyRescued: (p: { path: string; rescue: string; reason: Text }): Text => ({
    zh:
      `已注册，但无法写入 ${p.path}：${p.reason.zh}\n密钥已保存到 ${p.rescue}；请将其中的 [agent] 内容移入 ${p.path}，然后删除该文件。`,
    en:
      `Registered, but ${p.path} cannot be written: ${p.reason.en}\nThe key is in ${p.rescue}; move its [agent] lines into ${p.path} and delete that file.`,
  }),
  undelivered: (p: { count: number; tasks: string }): Text => ({
    zh:
      `有 ${p.count} 个任务的结果尚未送达（${p.tasks}），重新注册后将无法送达。请先运行 agent-core run 等待送达，或加上 --discard 放弃它们。`,
    en:
      `${p.count} results are undelivered (${p.tasks}) and could not be delivered after registering again. Let agent-core run deliver them first, or discard them with --discard.`,
  }),

  // run

  runDescription: {
    zh: "领取并运行任务，直到被停止",
    en: "Take and run tasks until told to stop",
  },
  runInteractive: {
    zh: "缺少的设置在终端询问",
    en: "Ask for missing settings on the terminal",
  },
  runEnvFile: {
    zh: '环境变量文件，每行一个 NAME="value"；环境中已有的变量优先',
    en: 'A file of variables, one NAME="value" a line; those of the environment come first',
  },
  runServer: {
    zh: "Server 地址（server.base_url）",
    en: "Server URL (server.base_url)",
  },
  runDataDir: {
    zh: "数据目录（paths.data_dir）",
    en: "Data folder (paths.data_dir)",
  },
  runImage: {
    zh: "执行镜像（executor.image）",
    en: "Executor image (executor.image)",
  },
  runCapacity: {
    zh: "同时运行的任务数（executor.capacity）",
    en: "How many tasks run at the same time (executor.capacity)",
  },
  runTimeout: {
    zh: "任务时间限制，分钟，0 为不限（executor.timeout_minutes）",
    en: "Time limit per task in minutes, 0 for none (executor.timeout_minutes)",
  },
  exampleOverride: {
    zh: "临时改用其他设置",
    en: "With other settings, just this once",
  },
  notRegistered: (p: { path: string }): Text => ({
    zh:
      `尚未注册：${p.path} 中没有密钥。请运行 agent-core --config ${p.path} register --token <注册令牌>`,
    en:
      `Not registered: ${p.path} has no key. Run: agent-core --config ${p.path} register --token TOKEN`,
  }),
  notRegisteredYet: (p: { path: string }): Text => ({
    zh: `\n尚未注册（${p.path} 中没有密钥）。`,
    en: `\nNot registered yet (${p.path} has no key).`,
  }),

  // The first start.

  firstStart: (p: { path: string }): Text => ({
    zh: `还没有配置文件 ${p.path}。回答下面几个问题即可开始；直接按回车使用方括号中的默认值。`,
    en:
      `There is no configuration ${p.path} yet. Answer a few questions to get started; press Enter to accept the default in brackets.`,
  }),
  aboutAskServer: {
    zh: "OpenAaaS Server 的地址，以 http:// 或 https:// 开头。请向 Server 的管理员索取。",
    en:
      "Address of the OpenAaaS Server, starting with http:// or https://. Ask its administrator if you do not know it.",
  },
  askServer: { zh: "Server 地址", en: "Server URL" },
  aboutAskDataDir: {
    zh:
      "数据目录：任务的文件、日志和状态都放在这里。请选择剩余空间充足的本地磁盘；相对路径以配置文件所在目录为准。",
    en:
      "Data folder: holds the files, logs and state of the tasks. Choose a local disk with enough space; relative paths are relative to the configuration's folder.",
  },
  askDataDir: { zh: "数据目录", en: "Data folder" },
  aboutAskImage: {
    zh: "执行镜像：每个任务都在由它创建的容器中运行。本机没有时会尝试下载。",
    en:
      "Executor image: every task runs in a container made from it. It is downloaded if it is not on this machine.",
  },
  askImage: { zh: "执行镜像", en: "Executor image" },
  aboutAskCapacity: {
    zh: "容量：最多同时运行几个任务。请按内存和处理器的余量决定。",
    en:
      "Capacity: how many tasks may run at the same time. Choose it to fit the memory and the processors.",
  },
  askCapacity: { zh: "容量", en: "Capacity" },
  badAnswer: (p: { given: string; expected: Text }): Text => ({
    zh: `${p.given} 不可用：应为${afterWord(p.expected.zh)}。请重新输入。`,
    en: `${p.given} is not valid: expected ${p.expected.en}. Please try again.`,
  }),
  notAFolder: (p: { path: string }): Text => ({
    zh: `${p.path} 不是目录，请换一个位置。`,
    en: `${p.path} is not a folder. Please choose another place.`,
  }),
  firstConfigWritten: (p: { path: string }): Text => ({
    zh: `\n已写入 ${p.path}，其中还有更多设置及说明，可随时修改。`,
    en: `\nWrote ${p.path}. It explains more settings, which you can change at any time.`,
  }),

  // run-detached

  runDetachedDescription: {
    zh:
      "在后台运行，日志写入数据目录的 agent.log\n启动后才返回，并说明是否已与 Server 连通；失败时显示原因。",
    en:
      "Run in the background, with the log in agent.log of the data folder\nReturns when the agent is up and says whether it is in touch with the Server, or why it is not up.",
  },
  exampleWatch: { zh: "查看它的日志", en: "Watch its log" },
  detaching: { zh: "正在后台启动 …", en: "Starting in the background …" },
  detached: (p: { pid: number; log: string }): Text => ({
    zh:
      `已在后台运行（进程 ${p.pid}）\n日志：${p.log}\n查看状态：agent-core status\n停止：agent-core stop`,
    en:
      `Running in the background (process ${p.pid})\nLog: ${p.log}\nStatus: agent-core status\nTo stop it: agent-core stop`,
  }),

  contactMade: (p: { url: string }): Text => ({
    zh: `已与 Server ${p.url} 连通`,
    en: `In touch with the Server ${p.url}`,
  }),
  contactRefused: (p: { why: Text }): Text => ({
    zh:
      `agent 在运行，但 Server 不接受它的密钥，收不到任务：${p.why.zh}\n重新注册：agent-core stop，然后 agent-core register --force --token <注册令牌>，再 agent-core run-detached。`,
    en:
      `The agent is running, but the Server does not accept its key, so it gets no tasks: ${p.why.en}\nTo register again: agent-core stop, then agent-core register --force --token TOKEN, then agent-core run-detached.`,
  }),
  contactAway: (p: { why: Text }): Text => ({
    zh:
      `agent 在运行，但与 Server 没有连通：${p.why.zh}\n它会继续尝试；用 agent-core status 查看是否已连通。`,
    en:
      `The agent is running, but it is not in touch with the Server: ${p.why.en}\nIt keeps trying; agent-core status shows when it gets through.`,
  }),
  contactNoAnswer: (p: { url: string }): Text => ({
    zh:
      `agent 在运行，但 Server ${p.url} 还没有答复。请检查网络和 base_url；它会继续尝试，用 agent-core status 查看是否已连通。`,
    en:
      `The agent is running, but the Server ${p.url} has not answered yet. Check the network and base_url. It keeps trying; agent-core status shows when it gets through.`,
  }),

  // stop

  stopDescription: {
    zh: "停止正在运行的 agent\n默认立即停止，任务的容器继续运行，下次启动时接管。",
    en:
      "Stop the agent\nBy default at once: task containers keep running and are taken over at the next start.",
  },
  stopDrain: {
    zh: "不再接受新任务，等进行中的任务完成后停止",
    en: "Take no new tasks and stop when the current ones are done",
  },
  stopCancelTasks: {
    zh: "终止进行中的任务并向 Server 报告，然后停止",
    en: "End the current tasks, report them to the Server, then stop",
  },
  stopTimeout: {
    zh: "最多等待多久，如 90s、30m、2h（默认不限；与 --drain 或 --cancel-tasks 一起使用）",
    en: "How long to wait: 90s, 30m, 2h (default: no limit; with --drain or --cancel-tasks)",
  },
  exampleDrain: {
    zh: "等任务完成，最多两小时",
    en: "Let the tasks finish, for two hours at most",
  },
  stopped: { zh: "已停止。", en: "Stopped." },
  killed: {
    zh: "agent 没有及时响应，已强制结束。",
    en: "The agent did not respond in time and was killed.",
  },
  containersGoOn: {
    zh: "运行中的任务不受影响，下次启动时接管。",
    en: "Running tasks keep going and are taken over at the next start.",
  },
  stopNotRunning: (p: { dataDir: string }): Text => ({
    zh: `agent 没有在运行（数据目录 ${p.dataDir}）。`,
    en: `No agent is running (data folder ${p.dataDir}).`,
  }),
  waitingForTasks: (p: { count: number }): Text => ({
    zh: `等待 ${p.count} 个任务完成 …`,
    en: `Waiting for ${p.count} task(s) …`,
  }),
  stillBusy: ({ count }: { count?: number }): Text => ({
    zh: `等待时间已到，还有${
      count === undefined ? "未完成的任务" : ` ${count} 个任务`
    }。agent 会在它们完成后自行停止；要立即停止请运行 agent-core stop。`,
    en: `The time is up and ${
      count === undefined ? "tasks" : `${count} task(s)`
    } are left. The agent stops by itself when they are done; agent-core stop stops it now.`,
  }),
  timeoutAlone: {
    zh: "--timeout 要与 --drain 或 --cancel-tasks 一起使用。",
    en: "--timeout can only be used with --drain or --cancel-tasks.",
  },
  badTime: (p: { value: string }): Text => ({
    zh: `${p.value} 不是时间长度。示例：90s（秒）、30m（分钟）、2h（小时）`,
    en: `${p.value} is not a length of time. Examples: 90s, 30m, 2h`,
  }),

  // install-service, uninstall-service

  installDescription: {
    zh:
      "安装为系统服务，开机或登录后自动运行\nLinux 使用 systemd，macOS 使用 launchd，Windows 使用计划任务。",
    en:
      "Install as a service that starts automatically\nsystemd on Linux, launchd on macOS, a scheduled task on Windows.",
  },
  /** Windows only: the service's file lies in the data folder. */
  serviceFolderGuessed: (p: { dataDir: string }): Text => ({
    zh: `配置无法使用，因此在 ${p.dataDir} 中查找服务。在别处时请用 --data-dir 指定。`,
    en: `The configuration cannot be used: looking for the service in ${p.dataDir}. ` +
      `--data-dir names another folder.`,
  }),
  uninstallDescription: {
    zh: "停止并卸载服务",
    en: "Stop the service and remove it",
  },
  serviceUser: {
    zh: "当前用户的服务（默认）",
    en: "For the current user (default)",
  },
  serviceSystem: {
    zh: "整台机器的服务，需要管理员权限",
    en: "For the whole machine; needs administrator rights",
  },
  serviceRunAs: {
    zh: "系统服务以哪个账户运行（默认 root，Windows 为 SYSTEM）",
    en: "Account that a machine-wide service runs as (default root; SYSTEM on Windows)",
  },
  serviceName: {
    zh: "服务名称，同一台机器上有多个 agent 时使用（默认 agent-core）",
    en: "Name of the service, for a second agent on the same machine (default agent-core)",
  },
  servicePrint: {
    zh: "只显示服务文件，不安装",
    en: "Show the service file and install nothing",
  },
  exampleSystemService: { zh: "开机即运行", en: "Start at boot" },
  exampleOnlyShow: { zh: "只查看，不安装", en: "Only show the file" },
  serviceWouldBe: (p: { path: string }): Text => ({
    zh: `服务文件会写入 ${p.path}：`,
    en: `The service file would be ${p.path}:`,
  }),
  serviceVariablesWouldBe: (p: { names: readonly string[]; path: string }): Text => ({
    zh: `环境变量 ${p.names.join("、")} 会写入 ${p.path}，只有运行服务的账户可读。`,
    en: `The variables ${
      p.names.join(", ")
    } would go into ${p.path}, which only the service's account can read.`,
  }),
  serviceWithoutProxy: {
    zh:
      "警告：server.use_system_proxy = true，但此处没有设置代理变量，服务会直接连接 Server。sudo 会去掉这些变量，可这样保留：sudo --preserve-env=HTTPS_PROXY,HTTP_PROXY,NO_PROXY agent-core …",
    en:
      "Warning: server.use_system_proxy = true, but no proxy variable is set here, so the service will connect to the Server directly. sudo removes these variables; keep them with sudo --preserve-env=HTTPS_PROXY,HTTP_PROXY,NO_PROXY agent-core …",
  },
  accountUnready: (p: { name: string; missing: Text }): Text => ({
    zh: `账户 ${p.name} 还不能运行 agent-core，因此没有安装服务：\n${p.missing.zh}`,
    en:
      `The account ${p.name} cannot run agent-core yet, so no service was installed:\n${p.missing.en}`,
  }),
  accountMayNotRun: (p: { path: string; command: string }): Text => ({
    zh:
      `它无法运行 ${p.path}。请把程序复制到所有账户都能运行的位置，再用那里的程序安装：${p.command}`,
    en:
      `It cannot run ${p.path}. Copy the program to where every account can run it, and install from there: ${p.command}`,
  }),
  accountNotInGroup: (p: { socket: string; group: string; command: string }): Text => ({
    zh: `它不在 ${p.group} 组中，无法使用 ${p.socket} 上的引擎。请把它加入该组：${p.command}`,
    en:
      `It is not in the group ${p.group}, so it cannot use the engine at ${p.socket}. Add it to the group: ${p.command}`,
  }),
  accountMayNotConnect: (p: { socket: string }): Text => ({
    zh: `它无权打开引擎的套接字 ${p.socket}。请用 docker.host 指定它能使用的引擎，或换一个账户。`,
    en:
      `It may not open the engine's socket ${p.socket}. Name an engine that it may use in docker.host, or choose another account.`,
  }),
  accountMayNotEnter: (p: { folder: string; command: string }): Text => ({
    zh: `它无法进入 ${p.folder}，其中有它需要的文件。请允许它进入，或把文件移到别处：${p.command}`,
    en:
      `It cannot enter ${p.folder}, where files are that it needs. Let it in, or move them elsewhere: ${p.command}`,
  }),
  accountMayNotRead: (p: { path: string; command: string }): Text => ({
    zh: `它无法读取 ${p.path}。请授权：${p.command}`,
    en: `It cannot read ${p.path}. Allow it to: ${p.command}`,
  }),
  accountMayNotChange: (p: { path: string; command: string }): Text => ({
    zh: `它无法读写 ${p.path} 中的全部内容。请改变所有者：${p.command}`,
    en: `It cannot read and write everything in ${p.path}. Make it the owner: ${p.command}`,
  }),
  accountMayNotMake: (p: { path: string; command: string }): Text => ({
    zh: `${p.path} 不存在，它也无权创建。请替它创建：${p.command}`,
    en: `${p.path} does not exist, and it may not create it. Create it: ${p.command}`,
  }),
  accountMayNotReadMount: (p: { name: string; path: string; command: string }): Text => ({
    zh:
      `警告：账户 ${p.name} 无法读取挂载 ${p.path}。如果引擎以该账户运行（rootless），任务也读不到。授权：${p.command}`,
    en:
      `Warning: the account ${p.name} cannot read the mount ${p.path}. If the engine runs as this account (rootless), tasks cannot read it either. To allow it: ${p.command}`,
  }),
  badServiceName: (p: { name: string }): Text => ({
    zh: `服务名称 ${p.name} 不可用：只能包含字母、数字、点、下划线和连字符，最多 64 个字符。`,
    en:
      `${p.name} cannot be the name of a service: use only letters, digits, dots, underscores and hyphens, 64 at most.`,
  }),
  noHome: {
    zh: "找不到主目录：环境变量 HOME（Windows 为 USERPROFILE）没有设置。",
    en: "There is no home folder: the variable HOME (USERPROFILE on Windows) is not set.",
  },

  // status

  statusDescription: {
    zh: "显示配置和运行状态",
    en: "Show the configuration and whether the agent is running",
  },

  // demo

  demoDescription: {
    zh: "演示：在本机完整跑一个任务，无需账号和配置",
    en: "Run one whole task on this machine; no account or configuration needed",
  },
  demoTitle: {
    zh: "agent-core 演示：一个任务从提交到结果的全过程\n",
    en: "agent-core demo: one task from submission to result\n",
  },
  demoPulling: (p: { image: string }): Text => ({
    zh: `拉取镜像 ${p.image} …`,
    en: `Pulling the image ${p.image} …`,
  }),
  demoBuilding: (p: { image: string; busybox: string }): Text => ({
    zh: `无法拉取，改用本机的 ${p.busybox} 构建 ${p.image}`,
    en: `Cannot pull it; building ${p.image} from this machine's ${p.busybox}`,
  }),
  demoNoImage: (p: { image: string; reason: Text }): Text => ({
    zh:
      `无法得到演示镜像 ${p.image}：${p.reason.zh}\n请连接镜像仓库，或安装静态 busybox（Debian/Ubuntu：apt-get install busybox-static）后重试。`,
    en:
      `Cannot get the demo's image ${p.image}: ${p.reason.en}\nConnect to an image registry, or install a static busybox (Debian/Ubuntu: apt-get install busybox-static), and try again.`,
  }),
  demoServer: (p: { url: string }): Text => ({
    zh: `内置开发 Server 已启动：${p.url}`,
    en: `The built-in development Server is up: ${p.url}`,
  }),
  demoRegistered: (p: { serviceId: string }): Text => ({
    zh: `已注册为服务 ${p.serviceId}`,
    en: `Registered as service ${p.serviceId}`,
  }),
  demoPrompt: {
    zh: "数一数输入文件的词数",
    en: "Count the words of the input file",
  },
  demoSubmitted: (p: { taskId: string }): Text => ({
    zh: `已提交任务 ${p.taskId}，附一个输入文件`,
    en: `Submitted task ${p.taskId} with an input file`,
  }),
  demoAgentGone: { zh: "Agent 意外退出", en: "The agent has stopped unexpectedly" },
  demoFailed: (p: { status: Text; message: string }): Text => ({
    zh: `演示任务未成功（${p.status.zh}）：${p.message}`,
    en: `The demo's task did not succeed (${p.status.en}): ${p.message}`,
  }),
  demoResult: (p: { status: Text }): Text => ({
    zh: `结果：${p.status.zh}`,
    en: `Result: ${p.status.en}`,
  }),
  demoFile: (p: { name: string; bytes: number }): Text => ({
    zh: `文件 ${p.name}（${p.bytes} 字节）`,
    en: `File ${p.name} (${p.bytes} bytes)`,
  }),
  demoStdout: (p: { words: string }): Text => ({
    zh: `标准输出：${p.words}`,
    en: `Standard output: ${p.words}`,
  }),
  demoNext: {
    zh: "下一步：agent-core init，然后 agent-core register --token <注册令牌>",
    en: "Next: agent-core init, then agent-core register --token TOKEN",
  },

  // dev-server

  devServerDescription: {
    zh: "启动内存中的开发 Server，用于编写镜像和测试",
    en: "Start a development Server in memory, for image authors and tests",
  },
  badPort: (p: { port: number }): Text => ({
    zh: `${p.port} 不是端口号，应为 0 到 65535。`,
    en: `${p.port} is not a port; use a number from 0 to 65535.`,
  }),
  devServerPort: {
    zh: "端口（默认 8080，0 为任意）",
    en: "Port (default 8080, 0 for any)",
  },
  devServerUp: (
    p: { url: string; token: string; serviceId: string; clientKey: string; adminKey: string },
  ): Text => ({
    zh:
      `开发 Server 已启动：${p.url}\n  服务        ${p.serviceId}\n  注册令牌    ${p.token}\n  客户端密钥  ${p.clientKey}\n  管理员密钥  ${p.adminKey}\n在另一个终端：\n  agent-core register --token ${p.token}\n  agent-core run\n按 Ctrl+C 停止；数据只在内存中。`,
    en:
      `The development Server is up: ${p.url}\n  service             ${p.serviceId}\n  registration token  ${p.token}\n  client key          ${p.clientKey}\n  admin key           ${p.adminKey}\nIn another terminal:\n  agent-core register --token ${p.token}\n  agent-core run\nPress Ctrl+C to stop it; its data is only in memory.`,
  }),
} satisfies Catalog;
