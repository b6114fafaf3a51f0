import type { Catalog, Text } from "./text.ts";

/** What running containers has to say. */
export const executorText = {
  windowsContainers: {
    zh:
      "Docker 引擎当前运行的是 Windows 容器，而任务镜像需要 Linux 容器。请在 Docker Desktop 中切换到 Linux 容器。",
    en:
      "The Docker engine runs Windows containers, but tasks need Linux ones. Switch Docker Desktop to Linux containers.",
  },

  checkingEngine: (p: { engine: string; endpoint: string }): Text => ({
    zh: `正在检查 ${p.engine}（${p.endpoint}）…`,
    en: `Checking ${p.engine} (${p.endpoint})…`,
  }),

  checkingContainer: {
    zh: "正在用一个临时容器检查挂载、网络和沙箱设置…",
    en: "Checking mounts, network and sandbox with a temporary container…",
  },

  pulling: (p: { image: string }): Text => ({
    zh: `本机没有镜像 ${p.image}，正在拉取…`,
    en: `Image ${p.image} is not on this machine; pulling it…`,
  }),

  pullingAnew: (p: { image: string }): Text => ({
    zh: `正在查看镜像仓库中是否有新的 ${p.image}（executor.pull = "always"）…`,
    en: `Asking the registry for a newer ${p.image} (executor.pull = "always")…`,
  }),

  imageRuns: (p: { image: string; digest: string }): Text => ({
    zh: `任务使用的镜像 ${p.image} 是 ${p.digest}`,
    en: `Tasks run in image ${p.image}, which is ${p.digest}`,
  }),
  /** No registry has given it. */
  imageRunsLocal: (p: { image: string; id: string }): Text => ({
    zh: `任务使用的镜像 ${p.image} 是本机构建的，ID 为 ${p.id}`,
    en: `Tasks run in image ${p.image}, which was built here; its id is ${p.id}`,
  }),

  /** With `always`; the image is there. */
  imageNotRenewed: (p: { image: string; reason: Text }): Text => ({
    zh:
      `executor.pull = "always"，但这次没能拉取；继续使用本机已有的 ${p.image}。${p.reason.zh}\n如果该镜像只在本机构建、不在任何镜像仓库中，请设置 executor.pull = "missing"。`,
    en:
      `executor.pull = "always", but the image could not be pulled this time; going on with the ${p.image} that is on this machine. ${p.reason.en}\nIf it is built on this machine and no registry has it, set executor.pull = "missing".`,
  }),

  pullStep: (p: { image: string; detail: string }): Text => ({
    zh: `拉取 ${p.image}：${p.detail}`,
    en: `Pulling ${p.image}: ${p.detail}`,
  }),

  imageMissing: (p: { image: string; reason: Text }): Text => ({
    zh: `没有镜像 ${p.image}，也无法拉取：${p.reason.zh}`,
    en: `Image ${p.image} is missing and cannot be pulled: ${p.reason.en}`,
  }),
  mendImage: (p: { command: string; image: string }): Text => ({
    zh:
      `请先构建它，例如：${p.command} build -t ${p.image} executor-example\n配置文件旁边有 Dockerfile 时：agent-core try --promote\n或在配置中修改 executor.image。`,
    en:
      `Build it first, for example: ${p.command} build -t ${p.image} executor-example\nor, with a Dockerfile beside the configuration: agent-core try --promote\nor change executor.image in the configuration.`,
  }),
  /** One with a digest cannot be built. */
  mendPinnedImage: {
    zh: "请检查配置中 executor.image 的摘要。",
    en: "Check the digest in executor.image of the configuration.",
  },

  checksNotPassed: {
    zh: "启动检查尚未通过；在此之前不会创建容器。",
    en: "The checks of the start have not passed yet; no container is made before.",
  },

  imageGone: (p: { image: string }): Text => ({
    zh:
      `引擎中已没有镜像 ${p.image}，在它恢复之前不会接受新任务。agent 会尝试重新拉取；本机构建的镜像请重新构建。`,
    en:
      `The engine no longer has image ${p.image}; no new task is taken until it is back. The agent tries to pull it again; if it was built here, build it again.`,
  }),

  volumeInWorkspace: (p: { image: string; path: string }): Text => ({
    zh:
      `镜像 ${p.image} 声明了 VOLUME ${p.path}：任务写到那里的内容会随容器一起消失，不会发送。请从其 Dockerfile 中删除这一行并重新构建。`,
    en:
      `Image ${p.image} declares VOLUME ${p.path}: what a task writes there would disappear with its container and never be sent. Remove that line from its Dockerfile and rebuild it.`,
  }),

  noProgram: (p: { image: string }): Text => ({
    zh:
      `镜像 ${p.image} 既没有 CMD 也没有 ENTRYPOINT，任务没有可运行的程序。请在其 Dockerfile 中加上一个，或把 executor.executor_type 设为 "custom" 并设置 executor.custom_entrypoint。`,
    en:
      `Image ${p.image} has neither CMD nor ENTRYPOINT, so a task has no program to run. Give it one in its Dockerfile, or set executor.executor_type = "custom" and executor.custom_entrypoint.`,
  }),

  foreignImage: (p: { image: string; architecture: string; engine: string }): Text => ({
    zh:
      `镜像 ${p.image} 面向 ${p.architecture}，而引擎是 ${p.engine}：除非引擎会模拟前者，否则其中的程序无法启动（常见报错为 “exec format error” 或 “No such file or directory”）。`,
    en:
      `Image ${p.image} is for ${p.architecture}, the engine is ${p.engine}: unless the engine emulates the former, no program in it starts ("exec format error" or "No such file or directory").`,
  }),

  engineSlow: (p: { engine: string; seconds: number }): Text => ({
    zh: `${p.engine} 引擎在 ${p.seconds} 秒内没有响应，暂不接受新任务。`,
    en: `${p.engine} has not answered within ${p.seconds} seconds; no new task is taken for now.`,
  }),

  engineAway: (p: { engine: string; endpoint: string }): Text => ({
    zh: `无法连接 ${p.engine} 引擎（${p.endpoint}），将不断重试；请检查它是否正在运行。`,
    en: `Cannot reach ${p.engine} (${p.endpoint}); trying again until it is back. Is it running?`,
  }),

  engineBack: (p: { engine: string; endpoint: string }): Text => ({
    zh: `${p.engine} 引擎（${p.endpoint}）已恢复。`,
    en: `${p.engine} (${p.endpoint}) is back.`,
  }),

  dataFolderUnseen: (p: { folder: string; engine: string; endpoint: string }): Text => ({
    zh:
      `${p.engine} 引擎（${p.endpoint}）看不到数据目录 ${p.folder}：它读到的不是本机的文件，因此任务无法取得输入或交回结果。\n引擎必须在本机运行；使用 Docker Desktop 时请在「Settings → Resources → File sharing」中共享该目录；agent 自身运行在容器里时，请把该目录以相同的路径挂载进去。也可以修改 paths.data_dir。`,
    en:
      `${p.engine} (${p.endpoint}) does not see the data folder ${p.folder}: the files that it reads there are not this machine's, so tasks could neither get inputs nor hand back results.\nThe engine must run on this machine; with Docker Desktop share the folder (Settings → Resources → File sharing); if the agent itself runs in a container, mount the folder there under the same path. Or change paths.data_dir.`,
  }),

  colonUnderSelinux: (p: { folder: string }): Text => ({
    zh:
      `数据目录 ${p.folder} 的路径含有冒号。本机的引擎启用了 SELinux，这样的目录无法被重新标记给容器使用。请把 paths.data_dir 改为不含冒号的路径。`,
    en:
      `The path of the data folder ${p.folder} has a colon in it. The engine here enforces SELinux and cannot relabel such a folder for a container. Change paths.data_dir to a path without a colon.`,
  }),

  mountMissing: (p: { host: string; container: string }): Text => ({
    zh:
      `挂载 ${p.container} 的宿主机路径 ${p.host} 不存在（或引擎看不到）。请创建它，或修改配置中的 [[paths.mounts]]。`,
    en:
      `Mount ${p.container}: ${p.host} does not exist on the host (or the engine does not see it). Create it or change [[paths.mounts]] in the configuration.`,
  }),

  mountRefused: (
    p: { engine: string; host: string; container: string; detail: string },
  ): Text => ({
    zh:
      `${p.engine} 引擎拒绝把 ${p.host} 挂载到 ${p.container}：${p.detail}。请修改配置中的 [[paths.mounts]]。`,
    en:
      `${p.engine} refuses to mount ${p.host} at ${p.container}: ${p.detail}. Change [[paths.mounts]] in the configuration.`,
  }),

  mountTargetTaken: (p: { host: string; container: string }): Text => ({
    zh:
      `不能把 ${p.host} 挂载到 ${p.container}：容器的根目录和 /workspace（任务目录）由 agent 使用。请修改 [[paths.mounts]] 的 container。`,
    en:
      `Cannot mount ${p.host} at ${p.container}: the root folder and /workspace (the task's folder) are not for mounts. Change the container path in [[paths.mounts]].`,
  }),

  mountOfRoot: (p: { host: string; container: string }): Text => ({
    zh:
      `拒绝挂载 ${p.host}（到 ${p.container}）：任务可能怀有恶意，而这会把整个文件系统交给它。请只挂载任务需要的目录。`,
    en:
      `Refusing to mount ${p.host} (at ${p.container}): tasks may be malicious, and this would give them the whole file system. Mount only the folders that tasks need.`,
  }),

  mountOfSocket: (p: { host: string; container: string }): Text => ({
    zh:
      `拒绝挂载 ${p.host}（到 ${p.container}）：它是或包含容器引擎的套接字，持有它的任务等同于本机的 root。请从 [[paths.mounts]] 中去掉它。`,
    en:
      `Refusing to mount ${p.host} (at ${p.container}): it is or contains a container engine's socket, which makes a task root on this machine. Remove it from [[paths.mounts]].`,
  }),

  mountOfEngineRoot: (p: { host: string; container: string }): Text => ({
    zh:
      `拒绝挂载 ${p.host}（到 ${p.container}）：它包含容器引擎自己的文件，其中有其他容器的数据。请从 [[paths.mounts]] 中去掉它。`,
    en:
      `Refusing to mount ${p.host} (at ${p.container}): it contains the container engine's own files with other containers' data. Remove it from [[paths.mounts]].`,
  }),

  mountOfOwnData: (p: { host: string; container: string }): Text => ({
    zh:
      `拒绝挂载 ${p.host}（到 ${p.container}）：它是或包含 agent 自己的数据（日志、数据库或其他任务的文件）。请挂载另一个目录，或移动 paths.data_dir。`,
    en:
      `Refusing to mount ${p.host} (at ${p.container}): it is or contains the agent's own data (logs, journal, other tasks' files). Mount another folder or move paths.data_dir.`,
  }),

  mountOfConfig: (p: { host: string; container: string }): Text => ({
    zh:
      `拒绝挂载 ${p.host}（到 ${p.container}）：其中有 agent 的配置文件，里面保存着 API 密钥。请挂载另一个目录，或把配置文件移到别处。`,
    en:
      `Refusing to mount ${p.host} (at ${p.container}): the agent's configuration with its API key is in there. Mount another folder or move the configuration.`,
  }),

  mountWritable: (p: { host: string; container: string }): Text => ({
    zh:
      `任务可以改写或删除 ${p.host}（挂载在 ${p.container}）中的文件。如果它们只需读取，请在 [[paths.mounts]] 中设置 readonly = true。`,
    en:
      `Tasks can change and delete what is in ${p.host} (mounted at ${p.container}). If they only need to read it, set readonly = true in [[paths.mounts]].`,
  }),

  scriptUnset: (p: { type: string }): Text => ({
    zh: `executor_type = "${p.type}" 需要 executor.script_path：脚本在容器中的路径。`,
    en:
      `executor_type = "${p.type}" needs executor.script_path: where the script is in the container.`,
  }),

  scriptHidden: (p: { path: string }): Text => ({
    zh:
      `找不到脚本 ${p.path}：每个任务的工作目录挂载在 /workspace，会遮住镜像中该处的所有文件。请把脚本放到镜像的其他位置（例如 /opt/executor/run.sh）并修改 executor.script_path，或用 [[paths.mounts]] 把它挂载进去。`,
    en:
      `Script ${p.path} cannot be there: each task's folder is mounted at /workspace and hides whatever the image has in that place. Put the script elsewhere in the image (for example /opt/executor/run.sh) and change executor.script_path, or mount it with [[paths.mounts]].`,
  }),

  scriptMissing: (p: { path: string; image: string }): Text => ({
    zh:
      `镜像 ${p.image} 和配置的挂载中都没有脚本 ${p.path}。请修改 executor.script_path，或用 [[paths.mounts]] 挂载该脚本。`,
    en:
      `Neither image ${p.image} nor a mount has the script ${p.path}. Change executor.script_path or mount the script with [[paths.mounts]].`,
  }),

  networkMissing: (p: { engine: string; command: string; network: string }): Text => ({
    zh:
      `${p.engine} 网络 ${p.network} 不存在。请创建它（${p.command} network create ${p.network}），或修改配置中的 sandbox.network。`,
    en:
      `${p.engine} network ${p.network} does not exist. Create it (${p.command} network create ${p.network}) or change sandbox.network in the configuration.`,
  }),

  /** It writes the word instead of an address. */
  hostNameless: (p: { engine: string; version: string }): Text => ({
    zh:
      `${p.engine} ${p.version} 不认识 host-gateway：executor.enable_host_access 在任务中不会生效。请升级到 Podman 5 或更新版本，或让任务使用 host.containers.internal 并去掉 executor.enable_host_access。`,
    en:
      `${p.engine} ${p.version} does not know host-gateway: executor.enable_host_access has no effect in tasks. Upgrade to Podman 5 or newer, or let tasks use host.containers.internal and remove executor.enable_host_access.`,
  }),

  /** It would start every container without one, and say nothing. */
  gpuIgnored: (p: { engine: string; version: string }): Text => ({
    zh:
      `${p.engine} ${p.version} 会忽略对 GPU 的请求：任务将没有 GPU。请升级到 Podman 5 或更新版本，或去掉配置中的 executor.gpu。`,
    en:
      `${p.engine} ${p.version} ignores requests for GPUs: tasks would run without. Upgrade to Podman 5 or newer, or remove executor.gpu from the configuration.`,
  }),

  gpuUnknown: (p: { device: string; engine: string; known: string }): Text => ({
    zh:
      `executor.gpu.devices 中的 "${p.device}" 不在 ${p.engine} 的 GPU 之中：${p.known}。请改正配置，或写 devices = "all"。`,
    en:
      `executor.gpu.devices names "${p.device}", which is none of ${p.engine}'s GPUs: ${p.known}. Correct it, or write devices = "all".`,
  }),

  gpusUnlisted: (p: { vendor: string }): Text => ({
    zh:
      `无法得知本机有哪些 ${p.vendor} GPU，而 executor.gpu.per_task 需要它们的列表。请在 executor.gpu.devices 中逐个写出，如 devices = ["0", "1"]，或运行 agent-core doctor 查看原因。`,
    en:
      `Nobody tells which GPUs of ${p.vendor} this machine has, and executor.gpu.per_task needs to know. List them in executor.gpu.devices, such as devices = ["0", "1"], or see agent-core doctor for the reason.`,
  }),

  gpusTooFew: (p: { perTask: number; known: string }): Text => ({
    zh:
      `executor.gpu.per_task 为 ${p.perTask}，但可用的 GPU 只有：${p.known}。不会接受任何任务；请减小 executor.gpu.per_task。`,
    en:
      `executor.gpu.per_task is ${p.perTask}, but there are only these GPUs: ${p.known}. No task could ever be taken; lower executor.gpu.per_task.`,
  }),

  gpuUnusable: (p: { detail: string }): Text => ({
    zh: `容器无法使用 GPU：${p.detail}`,
    en: `A container cannot get the GPUs: ${p.detail}`,
  }),

  mendNvidia: {
    zh:
      "请在宿主机安装 NVIDIA 驱动和 NVIDIA Container Toolkit，然后 sudo nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml（Podman，Docker 28.3 及更新版本），或 sudo nvidia-ctk runtime configure --runtime=docker 并重启 Docker；或去掉配置中的 executor.gpu。",
    en:
      "Install the NVIDIA driver and the NVIDIA Container Toolkit on the host, then run sudo nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml (Podman, Docker 28.3 and newer), or sudo nvidia-ctk runtime configure --runtime=docker and restart Docker; or remove executor.gpu from the configuration.",
  },

  mendAmd: {
    zh: "请在宿主机安装 amdgpu 驱动（检查 ls /dev/kfd /dev/dri），或去掉配置中的 executor.gpu。",
    en:
      "Install the amdgpu driver on the host (see ls /dev/kfd /dev/dri), or remove executor.gpu from the configuration.",
  },

  userUnknown: (p: { user: string; image: string }): Text => ({
    zh:
      `镜像 ${p.image} 中没有用户（或组）${p.user}。请修改配置中的 sandbox.user（数字 uid:gid 总是可用），或去掉它。`,
    en:
      `Image ${p.image} has no user (or group) ${p.user}. Change sandbox.user in the configuration (a numeric uid:gid always works) or remove it.`,
  }),

  /** Podman has one runtime for all containers, and takes no other without a word. */
  runtimeFixed: (p: { engine: string; runtime: string; used: string }): Text => ({
    zh:
      `${p.engine} 不会按容器选择运行时：任务会以 ${p.used} 运行，而不是 sandbox.runtime 所要求的 ${p.runtime}。请在 containers.conf 的 [engine] 中设置 runtime = "${p.runtime}" 并重启 ${p.engine} 服务，或去掉 sandbox.runtime。`,
    en:
      `${p.engine} does not choose the runtime per container: tasks would run with ${p.used}, not with ${p.runtime} as sandbox.runtime asks for. Set runtime = "${p.runtime}" under [engine] in containers.conf and restart ${p.engine}'s service, or remove sandbox.runtime.`,
  }),

  runtimeMissing: (p: { engine: string; runtime: string; known: string }): Text => ({
    zh:
      `${p.engine} 引擎没有运行时 ${p.runtime}（已有：${p.known}）。请安装它并在 /etc/docker/daemon.json 中登记，或修改配置中的 sandbox.runtime。`,
    en:
      `${p.engine} has no runtime ${p.runtime} (it has: ${p.known}). Install it and add it to /etc/docker/daemon.json, or change sandbox.runtime in the configuration.`,
  }),

  preflightFailed: (p: { engine: string; detail: string }): Text => ({
    zh: `用当前的 [executor] 和 [sandbox] 设置无法启动容器。${p.engine} 说：${p.detail}`,
    en:
      `A container with the current [executor] and [sandbox] settings cannot be started. ${p.engine} says: ${p.detail}`,
  }),

  memoryUnlimited: (p: { engine: string }): Text => ({
    zh:
      `这里的 ${p.engine} 无法限制内存（内核的 memory cgroup 未启用），executor.memory_limit 不会生效。请启用它（例如内核参数 cgroup_enable=memory）。`,
    en:
      `${p.engine} cannot limit memory here (the kernel's memory cgroup is off), so executor.memory_limit has no effect. Enable it (for example with the kernel parameter cgroup_enable=memory).`,
  }),

  /** A user's own engine, to which nobody has handed cgroups. Podman says that it can, and passes over the limits. */
  unlimitedRootless: (p: { engine: string }): Text => ({
    zh:
      `这里的 ${p.engine} 以普通用户身份运行，没有 cgroup：executor.memory_limit、sandbox.cpus 和 sandbox.pids_limit 都不会生效，任务可以占用全部内存和进程。请让系统使用 cgroup v2，并把控制器委派给该用户（systemd：Delegate=cpu memory pids）。`,
    en:
      `${p.engine} runs as an ordinary user here, without cgroups: executor.memory_limit, sandbox.cpus and sandbox.pids_limit have no effect, and a task can take all memory and processes. Boot with cgroup v2 and delegate the controllers to the user (systemd: Delegate=cpu memory pids).`,
  }),

  swapUnlimited: (p: { engine: string }): Text => ({
    zh:
      `这里的 ${p.engine} 无法限制交换空间：任务在 executor.memory_limit 之外还可能使用交换空间。可用内核参数 swapaccount=1 启用。`,
    en:
      `${p.engine} cannot limit swap here: tasks may use swap beyond executor.memory_limit. The kernel parameter swapaccount=1 enables it.`,
  }),

  nameTaken: (p: { command: string; name: string; id: string; owner: string }): Text => ({
    zh:
      `容器名 ${p.name} 已被另一个容器 ${p.id} 占用（它不属于本 agent 的这个任务；open-aaas.agent 标签：${p.owner}）。请检查后删除它：${p.command} rm -f ${p.id}`,
    en:
      `The container name ${p.name} is taken by container ${p.id}, which is not this agent's run of this task (label open-aaas.agent: ${p.owner}). Check it, then remove it: ${p.command} rm -f ${p.id}`,
  }),

  failedToStart: (p: { detail: string }): Text => ({
    zh: `容器无法启动：${p.detail}`,
    en: `The container could not be started: ${p.detail}`,
  }),

  /** The same, where the engine gives a code only. */
  failedToStartCode: (p: { exitCode: number }): Text => ({
    zh: `容器无法启动（代码 ${p.exitCode}）；127 表示找不到命令，126 表示命令不可执行。`,
    en:
      `The container could not be started (code ${p.exitCode}); 127 means that the command is missing, 126 that it cannot be executed.`,
  }),

  folderNotRemoved: (p: { path: string }): Text => ({
    zh: `无法完全删除 ${p.path}：其中的文件属于容器的用户。请以 root 身份删除它。`,
    en:
      `Cannot remove all of ${p.path}: its files belong to the container's user. Remove it as root.`,
  }),

  /** A line in a task's log: output between its beginning and its end was left out. */
  logGap: (p: { bytes: number }): Text => ({
    zh: `此处省略了 ${p.bytes} 字节的输出`,
    en: `${p.bytes} bytes of output are left out here`,
  }),

  /** A line in a task's log: the disk was full. */
  logLost: (p: { bytes: number }): Text => ({
    zh: `此处丢失了 ${p.bytes} 字节的输出：当时无法写入日志文件`,
    en: `${p.bytes} bytes of output are lost here: the log file could not be written`,
  }),

  /** A line in a task's log: the engine dropped output that was not read in time. */
  logRotated: {
    zh: "此处的部分输出已丢失：agent 不在期间引擎清除了较早的输出",
    en: "some output is lost here: the engine dropped it while the agent was away",
  },

  secretTooLarge: (p: { hosts: readonly string[] }): Text => ({
    zh: `标为 secret 的挂载（${
      p.hosts.join("、")
    }）内容过多，只有一部分会在日志和报告中被遮盖。请只把存放密钥的小文件夹标为 secret。`,
    en: `The mounts marked secret (${
      p.hosts.join(", ")
    }) hold more than can be concealed in logs and reports; only a part of it is. Mark a small folder that holds nothing but keys.`,
  }),
  secretSlow: (p: { hosts: readonly string[]; secs: number }): Text => ({
    zh: `标为 secret 的挂载（${
      p.hosts.join("、")
    }）在 ${p.secs} 秒内无法读取，日志和报告中只能遮盖此前已知的内容。请检查其所在的文件服务器。`,
    en: `The mounts marked secret (${
      p.hosts.join(", ")
    }) could not be read within ${p.secs} s; only what was known of them before is concealed in logs and reports. Check the file server they are on.`,
  }),
  secretNotRead: (p: { path: string; reason: Text }): Text => ({
    zh:
      `agent 无法读取 ${p.path}（标为 secret 的挂载），因此无法在日志和报告中遮盖其内容：${p.reason.zh}`,
    en:
      `The agent cannot read ${p.path}, in a mount marked secret, and so cannot conceal what it holds in logs and reports: ${p.reason.en}`,
  }),

  /** A line in a task's log: another attempt begins. */
  logAttempt: (p: { attempt: number }): Text => ({
    zh: `第 ${p.attempt} 次尝试`,
    en: `attempt ${p.attempt}`,
  }),

  logNotWritten: (p: { path: string; reason: Text }): Text => ({
    zh: `无法写入任务日志 ${p.path}：${p.reason.zh}。任务继续运行，写不下的输出将被丢弃。`,
    en:
      `Cannot write the task's log ${p.path}: ${p.reason.en}. The task keeps running; output that does not fit is dropped.`,
  }),

  logNotFinished: (p: { path: string; reason: Text }): Text => ({
    zh: `无法把输出的结尾并入任务日志 ${p.path}：${p.reason.zh}。它保留在 ${p.path}.tail-* 中。`,
    en:
      `Cannot put the end of the output into the task's log ${p.path}: ${p.reason.en}. It stays in ${p.path}.tail-*.`,
  }),
} satisfies Catalog;
