import type { Catalog } from "./text.ts";

/** What the sections of config.toml are for, in the order of the default file. */
export const configSectionText = {
  server: { zh: "OpenAaaS Server", en: "The OpenAaaS Server" },
  agent: {
    zh: "本 agent 在 Server 上的身份；由 agent-core register 填写",
    en: 'Who this agent is on the Server; "agent-core register" fills it in',
  },
  executor: {
    zh: "任务如何在容器中运行",
    en: "How tasks run in containers",
  },
  "executor.gpu": { zh: "容器可用的 GPU", en: "GPUs for the containers" },
  paths: { zh: "本机上的文件夹", en: "Folders of this machine" },
  docker: { zh: "Docker 引擎", en: "The Docker engine" },
  sandbox: {
    zh: "容器的限制。默认值适合一般镜像",
    en: "What a container may do. The defaults suit ordinary images",
  },
  outputs: { zh: "输出文件的限制", en: "Limits of output files" },
  retention: {
    zh: "交付之后，工作文件夹和日志保留多久。未交付的结果从不删除",
    en: "How long workspaces and logs stay after delivery. Undelivered results are never removed",
  },
  disk: {
    zh: "数据文件夹所在磁盘的剩余空间",
    en: "Free space on the disk of the data folder",
  },
} satisfies Catalog;

/** What each key of config.toml means. A key of src/config/keys.ts that is missing here does not compile. */
export const configKeyText = {
  "server.base_url": {
    zh: "Server 地址",
    en: "URL of the Server",
  },
  "server.poll_interval_secs": {
    zh: "轮询间隔（秒）",
    en: "Seconds between polls",
  },
  "server.use_system_proxy": {
    zh: "与 Server 通信时是否使用 HTTP_PROXY 等代理变量",
    en: "Whether HTTP_PROXY and the like are used to reach the Server",
  },
  "agent.service_id": {
    zh: "注册后得到的服务 ID；空表示未注册",
    en: "The service's id from registration; empty means not registered",
  },
  "agent.api_key": {
    zh: "注册后得到的密钥，请勿外传",
    en: "The secret key from registration; do not share it",
  },
  "agent.name": { zh: "本 agent 的名称", en: "Name of this agent" },
  "executor.executor_type": {
    zh:
      "standard：镜像自身的入口；bash / python：用其运行 script_path；custom：运行 custom_entrypoint",
    en:
      "standard: the image's own entrypoint; bash / python: runs script_path with it; custom: runs custom_entrypoint",
  },
  "executor.image": {
    zh: "运行任务的镜像；本机没有时会拉取",
    en: "The image that tasks run in; pulled when this machine does not have it",
  },
  "executor.pull": {
    zh:
      "何时拉取镜像。missing：仅在本机没有时；always：每次启动 agent 时，此时会换用标签所指的新镜像",
    en:
      "When the image is pulled. missing: if this machine does not have it; always: each time the agent starts, which then takes a new image of the same tag",
  },
  "executor.capacity": {
    zh: "同时运行的容器数",
    en: "Containers that run at the same time",
  },
  "executor.timeout_minutes": {
    zh: "每个任务最长运行的分钟数；0 表示不限制",
    en: "Minutes that a task may run; 0 means no limit",
  },
  "executor.memory_limit": {
    zh: "每个容器的内存上限（含交换空间）；不设置则不限制",
    en: "Memory of each container, swap included; unset means no limit",
  },
  "executor.working_dir": {
    zh: "容器内的工作文件夹",
    en: "Working folder in the container",
  },
  "executor.script_path": {
    zh:
      "bash 或 python 要运行的脚本在容器内的路径（不能只在镜像的 /workspace 中：那里会被任务文件夹遮住）",
    en:
      "Script for bash or python: its path in the container (not in the image's /workspace, which the task's folder hides)",
  },
  "executor.custom_entrypoint": {
    zh: "custom 类型的程序：文本，或程序与参数的列表",
    en: "Program for custom: text, or a list of the program and its arguments",
  },
  "executor.custom_args": {
    zh: "custom 类型的参数",
    en: "Arguments for custom",
  },
  "executor.enable_host_access": {
    zh: "容器内可否用 host.docker.internal 访问本机",
    en: "Whether containers reach this machine as host.docker.internal",
  },
  "executor.gpu.vendor": {
    zh: "GPU 厂商，nvidia 或 amd；不设置则不使用 GPU",
    en: "Vendor of the GPUs, nvidia or amd; unset means no GPU",
  },
  "executor.gpu.devices": {
    zh: '"all" 或设备列表，如 ["0", "1"] 或 "0,1"',
    en: '"all" or a list of devices such as ["0", "1"] or "0,1"',
  },
  "executor.gpu.per_task": {
    zh: "每个任务独占的 GPU 数；不设置则所有任务共用全部 GPU",
    en: "GPUs that each task gets for itself; unset: all of them for every task",
  },
  "executor.gpu.tasks_per_gpu": {
    zh: "一个 GPU 同时可供多少任务使用（需设置 per_task）；不设置为 1",
    en: "How many tasks may share a GPU, where per_task is set; unset: 1",
  },
  "paths.data_dir": {
    zh: "任务、日志和数据库所在的文件夹",
    en: "Folder of tasks, logs and the database",
  },
  "paths.allow_network_fs": {
    zh: "允许数据文件夹位于网络文件系统（NFS、SMB 等）上；其文件锁不可靠",
    en:
      "Allow the data folder on a network file system (NFS, SMB …), whose locks cannot be trusted",
  },
  "paths.mounts": {
    zh: "每个容器都能看到的本机文件夹或文件，每个写成一个小节",
    en: "Folders or files of this machine that every container sees, a section for each",
  },
  "docker.host": {
    zh: "引擎地址；不设置则依次查找 DOCKER_HOST、docker context 和常见套接字",
    en:
      "Address of the engine; unset looks at DOCKER_HOST, the docker context and the usual sockets",
  },
  "sandbox.no_new_privileges": {
    zh: "禁止容器内的程序获得新权限（如 sudo）",
    en: "Programs cannot gain new privileges (as sudo does)",
  },
  "sandbox.capabilities": {
    zh: "保留的 Linux 能力，其余全部去除",
    en: "Linux capabilities that are kept; all others are dropped",
  },
  "sandbox.pids_limit": {
    zh: "每个容器的进程数上限",
    en: "Processes per container",
  },
  "sandbox.cpus": {
    zh: "每个容器可用的 CPU 数；0 表示不限制",
    en: "CPUs per container; 0 means no limit",
  },
  "sandbox.shm_size": { zh: "/dev/shm 的大小", en: "Size of /dev/shm" },
  "sandbox.nofile_limit": {
    zh: "每个进程可打开的文件数",
    en: "Open files per process",
  },
  "sandbox.init": {
    zh: "用引擎的 init 作为 1 号进程",
    en: "The engine's init as process 1",
  },
  "sandbox.log_max_size": {
    zh: "引擎为每个容器保留的输出大小",
    en: "Output that the engine keeps per container",
  },
  "sandbox.network": {
    zh: '网络："bridge"、"none" 或一个 Docker 网络的名称',
    en: 'Network: "bridge", "none" or the name of a Docker network',
  },
  "sandbox.read_only_root": {
    zh: "容器根文件系统只读（/tmp 与 /run 为内存盘）",
    en: "Read-only root file system, with /tmp and /run in memory",
  },
  "sandbox.user": {
    zh: '容器内的用户，如 "1000:1000"；不设置则由镜像决定',
    en: 'User in the container, such as "1000:1000"; unset leaves it to the image',
  },
  "sandbox.runtime": {
    zh: '容器运行时，如 "runsc"（gVisor）；不设置则由引擎决定',
    en: 'Runtime, such as "runsc" (gVisor); unset leaves it to the engine',
  },
  "outputs.max_file_size": {
    zh: "单个输出文件的大小上限，超过的不上传并在报告中列出；0 表示不限制",
    en:
      "Size of one output file; a larger one is left out and named in the report; 0 means no limit",
  },
  "outputs.max_total_size": {
    zh: "一个任务全部输出文件的总大小上限；0 表示不限制",
    en: "Size of all output files of a task together; 0 means no limit",
  },
  "outputs.max_files": {
    zh: "逐个上传的文件数，其余打包为 zip",
    en: "Files that are sent one by one; the rest goes as zip files",
  },
  "outputs.max_read_size": {
    zh:
      "收集输出时最多读取的数据量（打包 zip，或经由引擎读取），超过的不上传并在报告中列出；0 表示不限制",
    en: "What is read to collect, for zip files and through the engine; the rest is left out and " +
      "named in the report; 0 means no limit",
  },
  "outputs.max_minutes": {
    zh: "收集输出最多花费的分钟数，其余的不上传并在报告中列出；0 表示不限制",
    en: "Minutes that collecting may take; the rest is left out and named in the report; " +
      "0 means no limit",
  },
  "retention.delivered_hours": {
    zh: "已完成任务保留的小时数",
    en: "Hours that completed tasks stay",
  },
  "retention.failed_days": {
    zh: "失败或取消的任务保留的天数",
    en: "Days that failed and cancelled tasks stay",
  },
  "retention.history_days": {
    zh: "任务记录保留的天数；0 表示一直保留",
    en: "Days that the record of a task stays; 0 means forever",
  },
  "retention.max_total_size": {
    zh: "已交付任务占用的总大小，超过时先删最旧的；0 表示不限制",
    en: "Size of all delivered tasks; beyond it the oldest go first; 0 means no limit",
  },
  "retention.max_undelivered": {
    zh: "未交付的结果达到此数时不再接新任务",
    en: "Undelivered results at which no new task is taken",
  },
  "disk.min_free": {
    zh: "剩余空间低于此值时不接新任务",
    en: "With less free space no new task is taken",
  },
  "disk.critical_free": {
    zh: "剩余空间低于此值时停止占用增长最多的任务",
    en: "With less free space the task that has taken most is stopped",
  },
} satisfies Catalog;

/** What the keys of one `[[paths.mounts]]` mean. */
export const mountKeyText = {
  host: {
    zh: "本机上的路径，必须已存在",
    en: "Path on this machine; it must be there",
  },
  container: {
    zh: "容器内的绝对路径",
    en: "Absolute path in the container",
  },
  readonly: {
    zh: "true 表示容器不能写入",
    en: "true means that containers cannot write to it",
  },
  secret: {
    zh: "true 表示其中存放密钥：日志、报告和消息中出现时以 *** 代替",
    en:
      "true means that it holds keys: where they appear in logs, reports and messages, *** takes their place",
  },
} satisfies Catalog;
