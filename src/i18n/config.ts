import { afterWord, type Catalog, type Text } from "./text.ts";

/** What the configuration says: its keys, its problems, its default file. */
export const configText = {
  // --- The configuration file as a whole ---

  configMissing: (p: { file: string }): Text => ({
    zh: `找不到配置文件 ${p.file}。请运行 agent-core init 创建它，或用 --config 指定另一个文件。`,
    en:
      `There is no configuration file ${p.file}. Create it with "agent-core init", or name another one with --config.`,
  }),

  problemsFound: (p: { file: string; count: number }): Text => ({
    zh: `配置 ${p.file} 中有 ${p.count} 处问题：`,
    en: `The configuration ${p.file} has problems (${p.count}):`,
  }),

  moreProblems: (p: { count: number }): Text => ({
    zh: `……以及另外 ${p.count} 处问题。`,
    en: `... and ${p.count} more.`,
  }),

  placeInFile: (p: { file: string; line: number }): Text => ({
    zh: `${p.file} 第 ${p.line} 行`,
    en: `${p.file}, line ${p.line}`,
  }),

  placeInEnvironment: (p: { name: string }): Text => ({
    zh: `环境变量 ${p.name}`,
    en: `environment variable ${p.name}`,
  }),

  /** A setting that came from a flag. */
  placeInFlags: { zh: "命令行参数", en: "command line" },

  atPlace: (p: { place: Text; words: Text }): Text => ({
    zh: `${p.place.zh}：${p.words.zh}`,
    en: `${p.place.en}: ${p.words.en}`,
  }),

  unreadable: (p: { file: string; reason: Text }): Text => ({
    zh: `无法读取 ${p.file}：${p.reason.zh}。请检查文件及其所在文件夹的权限。`,
    en: `Cannot read ${p.file}: ${p.reason.en}. Check the permissions of the file and its folder.`,
  }),

  notAFile: (p: { file: string }): Text => ({
    zh: `${p.file} 不是普通文件。请指定一个 TOML 配置文件。`,
    en: `${p.file} is not a regular file. Name a configuration file in TOML.`,
  }),

  tooLong: (p: { file: string; bytes: number; limit: number }): Text => ({
    zh: `${p.file} 有 ${p.bytes} 字节，配置文件最多 ${p.limit} 字节。请检查是否指定了错误的文件。`,
    en:
      `${p.file} has ${p.bytes} bytes; a configuration has at most ${p.limit}. Is it the right file?`,
  }),

  notUtf8: {
    zh: "这里的内容不是 UTF-8 编码。请用编辑器把文件另存为 UTF-8。",
    en: "this is not UTF-8. Save the file as UTF-8 in your editor.",
  },

  // --- Broken TOML ---

  badKey: {
    zh:
      '这里应为键名，如 name = "value"，或小节名，如 [server]。键名只能包含字母、数字、_ 和 -，否则须加引号。',
    en:
      'expected a key such as name = "value" or a section such as [server]. A key has letters, digits, _ and -; others need quotes.',
  },

  equalsMissing: {
    zh: "键名之后缺少 =。应写成 键 = 值。",
    en: "= is missing after the key. Expected KEY = VALUE.",
  },

  bracketMissing: {
    zh: "小节名缺少右括号。应写成 [小节] 或 [[列表]]。",
    en: "the closing bracket of the section is missing. Expected [SECTION] or [[LIST]].",
  },

  valueMissing: (p: { key: string }): Text => ({
    zh: `${p.key} 的 = 之后没有值。请填写值，或删除此行。`,
    en: `${p.key} has no value after =. Give it one, or remove the line.`,
  }),

  notAValue: (p: { key: string; found: Text }): Text => ({
    zh:
      `${p.key} 的值 ${p.found.zh} 既不是数字、true、false，也不是带引号的文本。文本须写在双引号中。`,
    en:
      `${p.key} is ${p.found.en}, which is not a number, true, false or quoted text. Put text in double quotes.`,
  }),

  stringUnclosed: (p: { key: string }): Text => ({
    zh: `${p.key}：引号没有闭合。`,
    en: `${p.key}: the closing quote is missing.`,
  }),

  badEscape: (p: { key: string }): Text => ({
    zh:
      `${p.key}：双引号中的反斜杠表示转义，这里的转义无效。Windows 路径请写在单引号中，如 'C:\\data'，或改用斜杠 "C:/data"。`,
    en:
      `${p.key}: a backslash in double quotes begins an escape, and this one is not valid. Put a Windows path in single quotes ('C:\\data') or use slashes ("C:/data").`,
  }),

  controlCharacter: {
    zh: "这里有一个不可见的控制字符。请删除它。",
    en: "there is an invisible control character here. Remove it.",
  },

  lineNotEnded: {
    zh: "值或小节名之后还有多余内容。每行只能有一个键或一个小节。",
    en:
      "something follows a complete value or section. Put each key and each section on its own line.",
  },

  listUnclosed: (p: { key: string }): Text => ({
    zh: `${p.key}：括号中缺少逗号，或括号没有闭合。`,
    en: `${p.key}: a comma or the closing bracket is missing.`,
  }),

  tooDeep: (p: { limit: number }): Text => ({
    zh: `括号或键名嵌套超过 ${p.limit} 层。`,
    en: `brackets or keys are nested more than ${p.limit} deep.`,
  }),

  integerTooLarge: (p: { key: string; found: Text }): Text => ({
    zh: `${p.key} 的值 ${p.found.zh} 太大。整数的绝对值不能超过 9007199254740991。`,
    en: `${p.key} is ${p.found.en}, which is too large. Whole numbers go up to 9007199254740991.`,
  }),

  /** `first` is undefined for a key in braces. */
  keyTwice: ({ key, first }: { key: string; first?: number }): Text => ({
    zh: `${key} 重复${first === undefined ? "" : `，第 ${first} 行已有`}。请只保留一处。`,
    en: `${key} appears twice${
      first === undefined ? "" : `, first on line ${first}`
    }. Keep one of them.`,
  }),

  sectionTwice: (p: { key: string; first: number }): Text => ({
    zh: `小节 ${p.key} 重复，第 ${p.first} 行已有。请合并为一处。`,
    en: `Section ${p.key} appears twice, first on line ${p.first}. Merge them.`,
  }),

  // --- Wrong values ---

  badValue: (p: { key: string; found: Text; expected: Text }): Text => ({
    zh: `${p.key} 的值为 ${p.found.zh}，应为${afterWord(p.expected.zh)}。`,
    en: `${p.key} is ${p.found.en}; expected ${p.expected.en}.`,
  }),

  // What `found` says where the value itself is not shown.
  foundHidden: { zh: "（已隐藏）", en: "(hidden)" },
  foundTable: { zh: "一个小节（表）", en: "a table" },
  foundList: { zh: "一个列表", en: "a list" },
  foundNothing: { zh: "空（未设置）", en: "not set" },

  // What `expected` says.
  expectSection: (p: { key: string }): Text => ({
    zh: `小节，写作 [${p.key}]`,
    en: `a section, written [${p.key}]`,
  }),
  expectMounts: {
    zh:
      "挂载列表：每个挂载写成一个 [[paths.mounts]] 小节，含 host 与 container（环境变量中用 JSON）",
    en:
      "a list of mounts: a section [[paths.mounts]] with host and container for each (JSON in an environment variable)",
  },
  expectBaseUrl: {
    zh:
      '以 http:// 或 https:// 开头的 Server 地址，不含用户名、密码、? 和 #，如 "https://server.example.org"',
    en:
      'the Server\'s URL with http:// or https://, without user name, password, ? or #, such as "https://server.example.org"',
  },
  expectInteger: (p: { min: number; max: number }): Text => ({
    zh: `${p.min} 到 ${p.max} 之间的整数`,
    en: `a whole number from ${p.min} to ${p.max}`,
  }),
  expectNumber: (p: { min: number; max: number }): Text => ({
    zh: `${p.min} 到 ${p.max} 之间的数字`,
    en: `a number from ${p.min} to ${p.max}`,
  }),
  expectCpus: {
    zh: "0（不限制），或至少 0.01 的 CPU 数，如 1.5",
    en: "0 (no limit), or a number of CPUs from 0.01 on, such as 1.5",
  },
  expectBoolean: { zh: "true 或 false", en: "true or false" },
  expectText: {
    zh: "一行非空文本，用双引号括起",
    en: "text in quotes, of one line and not empty",
  },
  expectCredential: {
    zh: "注册时 Server 给出的文本（无空格的 ASCII 字符）；请运行 agent-core register",
    en: 'what the Server gave at registration (ASCII without spaces); run "agent-core register"',
  },
  expectImage: {
    zh: '镜像名称，如 "open-aaas-executor:latest"，可带摘要（名称@sha256:<64 位十六进制数字>）',
    en:
      'the name of an image, such as "open-aaas-executor:latest", also with a digest: NAME@sha256:<64 hex digits>',
  },
  expectPull: {
    zh: '"missing" 或 "always"',
    en: '"missing" or "always"',
  },
  expectExecutorType: {
    zh: '"standard"、"bash"、"python" 或 "custom"',
    en: '"standard", "bash", "python" or "custom"',
  },
  expectSize: (p: { min: string }): Text => ({
    zh: `至少 ${p.min} 的大小，如 "512m"、"4g" 或字节数`,
    en: `a size of at least ${p.min}, such as "512m", "4g" or a number of bytes`,
  }),
  expectSizeOrZero: {
    zh: '大小，如 "512m"、"4g" 或字节数；0 表示不限制',
    en: 'a size such as "512m", "4g" or a number of bytes; 0 means no limit',
  },
  expectContainerPath: {
    zh: '容器内的绝对路径（以 / 开头，不含 ..），如 "/workspace"',
    en: 'an absolute path in the container (with / at the start, without ..), such as "/workspace"',
  },
  expectMountPoint: {
    zh:
      '容器内的绝对路径，如 "/data"；不能是 / 或 /workspace 本身（任务的工作文件夹在那里），可在 /workspace 之下',
    en:
      'an absolute path in the container, such as "/data"; not / or /workspace itself, where the task\'s folder is, but below it is fine',
  },
  expectHostPath: {
    zh: '本机路径，如 "./data"、"~/data" 或 "/srv/data"',
    en: 'a path on this machine, such as "./data", "~/data" or "/srv/data"',
  },
  expectPathWithoutControls: {
    zh:
      "不含控制字符的路径；双引号中的反斜杠表示转义，Windows 路径请写在单引号中，如 'C:\\data'，或写 \"C:/data\"",
    en:
      "a path without control characters; a backslash in double quotes begins an escape: put a Windows path in single quotes ('C:\\data') or use slashes (\"C:/data\")",
  },
  expectWslPath: (p: { path: string }): Text => ({
    zh: `WSL 中的路径，您要的可能是 "${p.path}"`,
    en: `a path of WSL, probably "${p.path}"`,
  }),
  expectNoWindowsPath: {
    zh: "本系统的路径，如 /srv/data；这是 Windows 路径",
    en: "a path of this system, such as /srv/data; this is one of Windows",
  },
  expectWholeDrivePath: (p: { path: string }): Text => ({
    zh: `完整路径，如 "${p.path}"`,
    en: `a whole path, such as "${p.path}"`,
  }),
  expectHome: {
    zh: "不以 ~ 开头的路径：主文件夹未知，请设置 HOME 或写出完整路径",
    en: "a path without ~: the home folder is not known. Set HOME or write the whole path",
  },
  expectCommand: {
    zh: '程序名，或文本列表，如 ["python3", "/app/main.py"]',
    en: 'a program, or a list of texts such as ["python3", "/app/main.py"]',
  },
  expectArguments: {
    zh: '文本列表，如 ["--fast", "10"]',
    en: 'a list of texts, such as ["--fast", "10"]',
  },
  expectGpuVendor: { zh: '"nvidia" 或 "amd"', en: '"nvidia" or "amd"' },
  expectGpuDevices: {
    zh: '"all"，或设备列表，如 ["0", "1"] 或 "0,1"',
    en: '"all" or a list of devices such as ["0", "1"] or "0,1"',
  },
  expectDockerHost: {
    zh: '以 unix://、tcp://、https:// 或 npipe:// 开头的引擎地址，如 "unix:///var/run/docker.sock"',
    en:
      'an engine\'s address with unix://, tcp://, https:// or npipe://, such as "unix:///var/run/docker.sock"',
  },
  expectCapabilities: {
    zh: '单个 Linux 能力的列表（不可用 "ALL"），如 ["CHOWN", "SETUID"]',
    en: 'a list of single Linux capabilities (not "ALL"), such as ["CHOWN", "SETUID"]',
  },
  expectNetwork: {
    zh: '"bridge"、"none" 或一个 Docker 网络的名称（不可用 "host" 或其他容器的网络）',
    en: '"bridge", "none" or the name of a Docker network (not "host" or another container\'s)',
  },
  expectUser: {
    zh: '用户，写作 "uid"、"uid:gid" 或用户名',
    en: 'a user: "uid", "uid:gid" or a name',
  },
  expectRuntime: {
    zh: '容器运行时的名称，如 "runsc"',
    en: 'the name of a runtime, such as "runsc"',
  },

  // --- Values that do not fit together ---

  scriptMissing: (p: { type: string }): Text => ({
    zh:
      `executor.executor_type 为 "${p.type}"，但缺少 executor.script_path。请设置脚本在容器内的路径，如 script_path = "/app/run.sh"。`,
    en:
      `executor.executor_type is "${p.type}", but executor.script_path is missing. Give the script's path in the container, such as script_path = "/app/run.sh".`,
  }),

  entrypointMissing: {
    zh:
      'executor.executor_type 为 "custom"，但缺少 executor.custom_entrypoint。请设置要运行的程序，如 custom_entrypoint = ["python3", "/app/main.py"]。',
    en:
      'executor.executor_type is "custom", but executor.custom_entrypoint is missing. Give the program, such as custom_entrypoint = ["python3", "/app/main.py"].',
  },

  vendorMissing: (p: { key: string }): Text => ({
    zh: `设置了 ${p.key}，但缺少 executor.gpu.vendor。请加上 vendor = "nvidia" 或 "amd"。`,
    en: `${p.key} is set, but executor.gpu.vendor is missing. Add vendor = "nvidia" or "amd".`,
  }),

  gpuTwice: {
    zh: "executor.gpu.devices 中有重复的设备。每个设备只写一次。",
    en: "executor.gpu.devices names a device twice. Name each once.",
  },

  perTaskAboveDevices: (p: { perTask: number; count: number }): Text => ({
    zh:
      `executor.gpu.per_task 为 ${p.perTask}，但 executor.gpu.devices 只有 ${p.count} 个设备：不会接受任何任务。请减小前者或增加设备。`,
    en:
      `executor.gpu.per_task is ${p.perTask}, but executor.gpu.devices names ${p.count}: no task would ever be taken. Lower the one or add to the other.`,
  }),

  tasksPerGpuUnused: {
    zh: "executor.gpu.tasks_per_gpu 只在设置了 executor.gpu.per_task 时有效。",
    en: "executor.gpu.tasks_per_gpu has a meaning only together with executor.gpu.per_task.",
  },

  mountTwice: (p: { key: string; container: string; first: string }): Text => ({
    zh: `${p.key} 的值为 "${p.container}"，与 ${p.first} 相同。每个挂载须有自己的容器内路径。`,
    en:
      `${p.key} is "${p.container}", the same as ${p.first}. Each mount needs its own path in the container.`,
  }),

  criticalAboveMin: (p: { critical: number; min: number }): Text => ({
    zh:
      `disk.critical_free（${p.critical} 字节）大于 disk.min_free（${p.min} 字节）。应小于或等于它：先停止接任务，再停止任务。`,
    en:
      `disk.critical_free (${p.critical} bytes) is above disk.min_free (${p.min} bytes). It must not be: first no task is taken, then one is stopped.`,
  }),

  // --- Warnings ---

  unknownKey: ({ key, near }: { key: string; near?: string }): Text => ({
    zh: `未知的键 ${key}，已忽略。${near === undefined ? "" : `是否想写 ${near}？`}`,
    en: `Unknown key ${key}, ignored.${near === undefined ? "" : ` Did you mean ${near}?`}`,
  }),

  readableByOthers: (p: { file: string; mode: string }): Text => ({
    zh:
      `${p.file} 可能含有密钥，但其他用户也可访问（权限 ${p.mode}）。请运行：chmod 600 "${p.file}"`,
    en:
      `${p.file} may hold the api key, but other users have access to it (mode ${p.mode}). Run: chmod 600 "${p.file}"`,
  }),

  keyInTheClear: (p: { baseUrl: string }): Text => ({
    zh: `server.base_url 为 ${p.baseUrl}：密钥将以明文在网络上传输。请尽可能使用 https://。`,
    en:
      `server.base_url is ${p.baseUrl}: the api key travels in the clear. Use https:// if you can.`,
  }),

  onlyForType: (p: { key: string; types: string; type: string }): Text => ({
    zh: `${p.key} 只用于 executor_type = ${p.types}；现在的类型是 "${p.type}"，已忽略。`,
    en: `${p.key} is used only with executor_type = ${p.types}; the type is "${p.type}": ignored.`,
  }),

  strongCapabilities: (p: { names: string }): Text => ({
    zh: `sandbox.capabilities 含有 ${p.names}：容器内的任务可能借此控制宿主机。请确认确实需要。`,
    en:
      `sandbox.capabilities has ${p.names}: with it a task may get control of the host. Keep it only if it is needed.`,
  }),

  // --- Editing in place ---

  cannotEditBroken: (p: { file: string; problem: Text }): Text => ({
    zh: `无法修改 ${p.file}，因为它不是有效的 TOML：${p.problem.zh}`,
    en: `Cannot change ${p.file}, since it is not valid TOML: ${p.problem.en}`,
  }),

  cannotEditKey: (p: { file: string; key: string }): Text => ({
    zh: `无法在 ${p.file} 中设置 ${p.key}，文件未改动。请手动编辑，或简化该小节的写法。`,
    en:
      `Cannot set ${p.key} in ${p.file}; the file is unchanged. Edit it by hand, or write that section more simply.`,
  }),

  cannotReplace: (p: { file: string; reason: Text }): Text => ({
    zh:
      `无法替换 ${p.file}：${p.reason.zh}。请确认其所在文件夹可写、磁盘有空间，且该文件不是单独挂载进来的。`,
    en:
      `Cannot replace ${p.file}: ${p.reason.en}. Its folder must be writable and have room, and the file must not be a mount of its own.`,
  }),

  // --- The commented default file ---

  /** Head of the default file. */
  fileHead: {
    zh:
      "agent-core 的配置。相对路径以本文件所在文件夹为准，~/ 是主文件夹。\n每个键都可用环境变量 AGENT_CORE_<小节>_<键> 覆盖，如 AGENT_CORE_SERVER_BASE_URL。\n此文件含有密钥，请保持只有自己可读（chmod 600）。",
    en:
      "Configuration of agent-core. Relative paths are relative to this file's folder, ~/ is your home folder.\nAn environment variable AGENT_CORE_<SECTION>_<KEY> overrides a key, e.g. AGENT_CORE_SERVER_BASE_URL.\nThis file holds a secret key: keep it readable only by you (chmod 600).",
  },
} satisfies Catalog;
