import type { Catalog, Text } from "./text.ts";

/** What `doctor` says. */
export const doctorText = {
  description: {
    zh: "检查配置、Server、Docker 和磁盘，并说明如何修复",
    en: "Check configuration, Server, Docker and disk, and say how to fix what is wrong",
  },
  /** Before each finding. */
  levels: {
    ok: { zh: "[正常]", en: "[ok]" },
    warning: { zh: "[注意]", en: "[warning]" },
    problem: { zh: "[问题]", en: "[problem]" },
  },
  summary: (p: { problems: number; warnings: number }): Text => ({
    zh: `共发现 ${p.problems} 个问题、${p.warnings} 处需要注意。`,
    en: `Problems: ${p.problems}, warnings: ${p.warnings}.`,
  }),

  // Configuration

  configGood: (p: { path: string }): Text => ({
    zh: `配置文件 ${p.path}`,
    en: `Configuration ${p.path}`,
  }),
  configMissing: (p: { path: string }): Text => ({
    zh: `没有配置文件 ${p.path}`,
    en: `There is no configuration ${p.path}`,
  }),
  mendMissing: {
    zh: "运行 agent-core run 按提示填写，或运行 agent-core init 生成一份；在别处时用 --config 指定",
    en:
      "Run agent-core run, which asks for what it needs, or agent-core init to write one; if it is elsewhere, name it with --config",
  },
  mendConfig: (p: { path: string }): Text => ({
    zh: `修改 ${p.path} 中的上述内容，再运行一次 agent-core doctor`,
    en: `Change this in ${p.path} and run agent-core doctor again`,
  }),
  unlockedAgent: (p: { pid: number; name: string; path: string }): Text => ({
    zh: `另一个程序的 agent 正在使用该数据目录：进程 ${p.pid}（${p.name}），记录在 ${p.path} 中`,
    en: `An agent of another program works on the data folder: process ${p.pid} (${p.name}), ` +
      `named in ${p.path}`,
  }),
  mendUnlockedAgent: {
    zh: "结束该进程；如果它并不是 agent，请删除该文件",
    en: "End that process; if it is no agent, delete the file",
  },
  running: { zh: "agent-core 正在运行", en: "The agent is running" },
  notRunning: { zh: "agent-core 没有运行", en: "The agent is not running" },

  // Server

  serverThere: (p: { url: string }): Text => ({
    zh: `Server ${p.url} 可以连接`,
    en: `The Server ${p.url} answers`,
  }),
  serverAway: (p: { url: string; why: Text }): Text => ({
    zh: `无法连接 Server ${p.url}：${p.why.zh}`,
    en: `The Server ${p.url} does not answer: ${p.why.en}`,
  }),
  mendAway: {
    zh: "检查配置中的 server.base_url、网络连接和防火墙",
    en: "Check server.base_url in the configuration, the network and the firewall",
  },
  mendAwayProxy: {
    zh: "检查配置中的 server.base_url；如果要经过代理上网，请设置 server.use_system_proxy = true",
    en:
      "Check server.base_url in the configuration; if this machine goes out through a proxy, set server.use_system_proxy = true",
  },
  mendTls: (p: { variables: string }): Text => ({
    zh: `如果 Server 使用机构自己的证书，请用环境变量 ${p.variables} 之一指定根证书文件（PEM）`,
    en:
      `If the Server has a certificate of your organisation, name its root certificate (a PEM file) in one of the variables ${p.variables}`,
  }),
  notAServer: (p: { url: string; why: Text }): Text => ({
    zh: `${p.url} 有应答，但不像 OpenAaaS Server：${p.why.zh}`,
    en: `${p.url} answers, but not like an OpenAaaS Server: ${p.why.en}`,
  }),
  healthStatus: (p: { status: number }): Text => ({
    zh: `/health 的状态码为 ${p.status}`,
    en: `/health returned status ${p.status}`,
  }),
  mendUrl: {
    zh: "检查配置中 server.base_url 的地址、端口和路径",
    en: "Check address, port and path of server.base_url in the configuration",
  },
  registered: (p: { serviceId: string }): Text => ({
    zh: `已注册，Server 认可服务 ${p.serviceId} 的密钥`,
    en: `Registered; the Server accepts the key of service ${p.serviceId}`,
  }),
  notRegistered: { zh: "尚未注册", en: "Not registered" },
  mendRegister: {
    zh: "在 Server 上创建服务，取得注册令牌，然后运行 agent-core register",
    en: "Create a service on the Server, get its registration token and run agent-core register",
  },
  keyRefused: (p: { serviceId: string; why: Text }): Text => ({
    zh: `Server 不认可服务 ${p.serviceId} 的密钥：${p.why.zh}`,
    en: `The Server refuses the key of service ${p.serviceId}: ${p.why.en}`,
  }),
  mendKey: {
    zh: "取得新的注册令牌，运行 agent-core stop，然后运行 agent-core register --force",
    en: "Get a new registration token, run agent-core stop, then agent-core register --force",
  },
  clockGood: (p: { seconds: number }): Text => ({
    zh: `本机时钟与 Server 相差 ${p.seconds} 秒`,
    en: `The clock agrees with the Server's (${p.seconds} s apart)`,
  }),
  clockOff: (p: { seconds: number }): Text => ({
    zh: `本机时钟与 Server 相差 ${p.seconds} 秒`,
    en: `The clock is ${p.seconds} s off from the Server's`,
  }),
  mendClock: {
    zh: "打开系统的自动对时（Linux：timedatectl set-ntp true）",
    en: "Turn on automatic time synchronization (Linux: timedatectl set-ntp true)",
  },

  // Proxies

  noProxy: {
    zh: "没有代理变量，直接连接 Server",
    en: "No proxy variables: the Server is reached directly",
  },
  proxyUnused: (p: { names: string }): Text => ({
    zh: `设置了 ${p.names}，但不会使用（server.use_system_proxy = false）`,
    en: `${p.names} is set but not used (server.use_system_proxy = false)`,
  }),
  proxyUsed: (p: { url: string; proxy: string }): Text => ({
    zh: `经代理 ${p.proxy} 连接 ${p.url}`,
    en: `${p.url} is reached through the proxy ${p.proxy}`,
  }),
  proxyExempt: (p: { url: string }): Text => ({
    zh: `代理变量不适用于 ${p.url}（NO_PROXY 等），直接连接`,
    en: `The proxy variables do not apply to ${p.url} (NO_PROXY and the like): reached directly`,
  }),
  proxyMissing: {
    zh: "server.use_system_proxy = true，但没有设置代理变量",
    en: "server.use_system_proxy = true, but no proxy variable is set",
  },
  mendProxyMissing: {
    zh: "设置 HTTPS_PROXY（或 HTTP_PROXY），或改为 server.use_system_proxy = false",
    en: "Set HTTPS_PROXY (or HTTP_PROXY), or server.use_system_proxy = false",
  },

  // Engine

  engineThere: (p: { engine: string; version: string; api: string; endpoint: string }): Text => ({
    zh: `${p.engine} ${p.version}（API ${p.api}，${p.endpoint}）`,
    en: `${p.engine} ${p.version} (API ${p.api}, ${p.endpoint})`,
  }),
  engineAway: (p: { why: Text }): Text => ({
    zh: `无法使用容器引擎：${p.why.zh}`,
    en: `The container engine cannot be used: ${p.why.en}`,
  }),
  mendEngine: {
    zh:
      "安装并启动 Docker 或 Podman（systemctl --user enable --now podman.socket）；使用 Docker 时在 Linux 上将当前用户加入 docker 组（sudo usermod -aG docker $USER，然后重新登录）；在别处时设置 [docker] host",
    en:
      "Install and start Docker or Podman (systemctl --user enable --now podman.socket); for Docker on Linux add this user to the docker group (sudo usermod -aG docker $USER, then log in again); set [docker] host if it is elsewhere",
  },
  engineNotLinux: (p: { osType: string }): Text => ({
    zh: `Docker 当前运行 ${p.osType} 容器，任务需要 Linux 容器`,
    en: `Docker runs ${p.osType} containers; tasks need Linux containers`,
  }),
  mendNotLinux: {
    zh: "在 Docker Desktop 的菜单中切换到 Linux 容器",
    en: "Switch to Linux containers in the menu of Docker Desktop",
  },
  gpuByCdi: (p: { engine: string; kind: string; ids: string }): Text => ({
    zh: `GPU 以 CDI 设备向 ${p.engine} 申请（${p.kind}）：${p.ids}`,
    en: `GPUs are asked of ${p.engine} as CDI devices (${p.kind}): ${p.ids}`,
  }),
  /** Whether they are there, a container's start tells. */
  gpuUnspecified: (p: { engine: string; kind: string }): Text => ({
    zh: `GPU 将以 CDI 设备向 ${p.engine} 申请，但没有找到 ${p.kind} 的 CDI 描述`,
    en:
      `GPUs are asked of ${p.engine} as CDI devices, but no CDI specification of ${p.kind} was found`,
  }),
  mendGpuSpec: {
    zh:
      "运行 sudo nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml（AMD：sudo amd-ctk cdi generate）",
    en:
      "Run sudo nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml (AMD: sudo amd-ctk cdi generate)",
  },
  gpuOf: (p: { id: string; tasks: string }): Text => ({
    zh: `GPU ${p.id}：任务 ${p.tasks} 正在使用`,
    en: `GPU ${p.id}: task ${p.tasks} has it`,
  }),
  gpuFree: (p: { id: string }): Text => ({ zh: `GPU ${p.id}：空闲`, en: `GPU ${p.id}: free` }),
  /** Whether they are there, a container's start tells. */
  gpuByNodes: (p: { ids: string }): Text => ({
    zh: `AMD GPU 以设备节点提供给容器（/dev/kfd、/dev/dri）：${p.ids}`,
    en: `AMD's GPUs are given to containers as device nodes (/dev/kfd, /dev/dri): ${p.ids}`,
  }),
  gpuByRuntime: (p: { engine: string; runtime: string; ids: string }): Text => ({
    zh: `${p.engine} 通过运行时 ${p.runtime} 使用 GPU：${p.ids}`,
    en: `${p.engine} gives GPUs by the runtime ${p.runtime}: ${p.ids}`,
  }),
  gpuMissing: (p: { engine: string; kind: string; runtime: string }): Text => ({
    zh: `配置了 GPU，但 ${p.engine} 既没有 CDI 设备 ${p.kind}，也没有运行时 ${p.runtime}`,
    en:
      `GPUs are configured, but ${p.engine} has neither CDI devices ${p.kind} nor a runtime ${p.runtime}`,
  }),
  mendGpu: {
    zh:
      "安装显卡驱动和 nvidia-container-toolkit，运行 sudo nvidia-ctk runtime configure --runtime=docker，然后重启 Docker",
    en:
      "Install the driver and nvidia-container-toolkit, run sudo nvidia-ctk runtime configure --runtime=docker and restart Docker",
  },
  imageThere: (
    p: { image: string; megabytes: number; architecture: string; digest: string },
  ): Text => ({
    zh: `镜像 ${p.image}（${p.megabytes} MB，${p.architecture}，${p.digest}）`,
    en: `Image ${p.image} (${p.megabytes} MB, ${p.architecture}, ${p.digest})`,
  }),
  loginThere: (p: { registry: string; file: string }): Text => ({
    zh: `拉取镜像时使用 ${p.file} 中 ${p.registry} 的登录信息`,
    en: `The login for ${p.registry} in ${p.file} is used to pull`,
  }),
  imageMissing: (p: { image: string }): Text => ({
    zh: `本机还没有镜像 ${p.image}，启动时会尝试下载`,
    en:
      `The image ${p.image} is not on this machine yet; the agent will try to download it when it starts`,
  }),
  mendPinnedImage: (p: { command: string; image: string }): Text => ({
    zh: `现在就下载：${p.command} pull ${p.image}`,
    en: `To download it now: ${p.command} pull ${p.image}`,
  }),
  mendImage: (p: { command: string; image: string }): Text => ({
    zh:
      `现在就下载：${p.command} pull ${p.image}；自己制作的镜像请先用 ${p.command} build -t ${p.image} 构建`,
    en:
      `To download it now: ${p.command} pull ${p.image}; if it is your own, build it first: ${p.command} build -t ${p.image}`,
  }),

  // Mounts

  mountThere: (p: { host: string; container: string; readonly: boolean }): Text => ({
    zh: `挂载 ${p.host} → ${p.container}（${p.readonly ? "只读" : "可写"}）`,
    en: `Mount ${p.host} → ${p.container} (${p.readonly ? "read-only" : "writable"})`,
  }),
  mountMissing: (p: { host: string; container: string }): Text => ({
    zh: `挂载到 ${p.container} 的 ${p.host} 不存在`,
    en: `${p.host}, to be mounted at ${p.container}, does not exist`,
  }),
  mendMount: {
    zh: "创建它，或修改配置中的 [[paths.mounts]]",
    en: "Create it, or change [[paths.mounts]] in the configuration",
  },

  // Data folder

  folderWritable: (p: { path: string }): Text => ({
    zh: `数据目录 ${p.path} 可写`,
    en: `The data folder ${p.path} is writable`,
  }),
  folderToMake: (p: { path: string }): Text => ({
    zh: `数据目录 ${p.path} 会在启动时创建`,
    en: `The data folder ${p.path} will be created at the start`,
  }),
  folderNotWritable: (p: { path: string; why: Text }): Text => ({
    zh: `数据目录 ${p.path} 不可写：${p.why.zh}`,
    en: `The data folder ${p.path} is not writable: ${p.why.en}`,
  }),
  mendFolder: (p: { path: string }): Text => ({
    zh: `让当前用户可以写入 ${p.path}，或在配置中换一个 paths.data_dir`,
    en: `Let this user write to ${p.path}, or set another paths.data_dir in the configuration`,
  }),
  onNetwork: (p: { path: string; kind: string }): Text => ({
    zh: `数据目录 ${p.path} 位于网络文件系统（${p.kind}）上，结果可能丢失`,
    en: `The data folder ${p.path} is on a network file system (${p.kind}): results could be lost`,
  }),
  mendNetwork: {
    zh: "将 paths.data_dir 改到本地磁盘",
    en: "Move paths.data_dir to a local disk",
  },
  diskRoom: (p: { gigabytes: string }): Text => ({
    zh: `磁盘剩余 ${p.gigabytes} GB`,
    en: `${p.gigabytes} GB free on the disk`,
  }),
  diskLow: (p: { gigabytes: string; wanted: string }): Text => ({
    zh: `磁盘只剩 ${p.gigabytes} GB，低于 ${p.wanted} GB 时将不再接受任务（disk.min_free）`,
    en:
      `Only ${p.gigabytes} GB free on the disk; below ${p.wanted} GB no tasks are taken (disk.min_free)`,
  }),
  diskFull: (p: { gigabytes: string; wanted: string }): Text => ({
    zh: `磁盘只剩 ${p.gigabytes} GB，低于 disk.min_free（${p.wanted} GB），不会接受任务`,
    en:
      `Only ${p.gigabytes} GB free on the disk, less than disk.min_free (${p.wanted} GB): no tasks are taken`,
  }),
  fewInodes: (p: { free: number; least: number }): Text => ({
    zh: `磁盘只剩 ${p.free} 个 inode，少于 ${p.least} 个，不会接受任务`,
    en: `Only ${p.free} inodes left on the disk, fewer than ${p.least}: no tasks are taken`,
  }),
  mendInodes: {
    zh: "删除不需要的文件（df -i 可查看），或将 paths.data_dir 改到另一块磁盘",
    en:
      "Remove files that are not needed (df -i shows them), or move paths.data_dir to another disk",
  },
  mendDisk: {
    zh:
      "清理磁盘（docker system df 或 podman system df 可查看容器引擎占用的空间），或调整 disk.min_free",
    en:
      "Free some space (docker system df or podman system df shows what the engine takes), or change disk.min_free",
  },
} satisfies Catalog;
