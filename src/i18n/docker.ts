import type { Catalog, Text } from "./text.ts";

/** Which engine it is: `Docker` or `Podman`; undefined before it has said so. */
type Named = { readonly engine: string | undefined };

const zh = ({ engine }: Named) => engine === undefined ? "容器引擎" : `${engine} 引擎`;
const en = ({ engine }: Named) => engine ?? "The container engine";

/** What the way to the engine says. */
export const dockerText = {
  refused: (p: Named & { call: string; status: number; detail: string }): Text => ({
    zh: `${zh(p)}拒绝了 ${p.call}（HTTP ${p.status}）：${p.detail}`,
    en: `${en(p)} refused ${p.call} (HTTP ${p.status}): ${p.detail}`,
  }),

  notTheEngine: (
    p: { endpoint: string; call: string; status: number; detail: string },
  ): Text => ({
    zh:
      `${p.endpoint} 对 ${p.call} 的回答（HTTP ${p.status}）不像容器引擎：${p.detail}。请检查引擎是否已完全启动，以及 [docker] host 和中间的代理。`,
    en:
      `What ${p.endpoint} answered to ${p.call} (HTTP ${p.status}) is not a container engine's: ${p.detail}. Check that the engine has fully started, [docker] host, and any proxy in between.`,
  }),

  noAnswer: (p: Named & { endpoint: string; call: string; reason: Text }): Text => ({
    zh: `${zh(p)}（${p.endpoint}）没有完整回答 ${p.call}：${p.reason.zh}`,
    en: `${en(p)} at ${p.endpoint} did not fully answer ${p.call}: ${p.reason.en}`,
  }),

  timedOut: (p: Named & { endpoint: string; call: string; secs: number }): Text => ({
    zh: `${
      zh(p)
    }（${p.endpoint}）在 ${p.secs} 秒内没有完成 ${p.call}。引擎可能已卡住，请检查它的日志。`,
    en: `${
      en(p)
    } at ${p.endpoint} did not finish ${p.call} within ${p.secs} s. It may be stuck: check its log.`,
  }),

  answerUnreadable: (p: Named & { call: string; detail: string }): Text => ({
    zh: `无法理解${zh(p)}对 ${p.call} 的回答：${p.detail}。引擎版本可能不受支持。`,
    en: `${
      en(p)
    } answered ${p.call} in a way that cannot be understood: ${p.detail}. Its version may not be supported.`,
  }),

  answerTooLong: (p: Named & { call: string }): Text => ({
    zh: `${zh(p)}对 ${p.call} 的回答过长，已放弃读取。`,
    en: `${en(p)} gave an answer to ${p.call} that is too long; it was not read to its end.`,
  }),

  answerCut: {
    zh: "回答在结束之前被切断（引擎是否正在重启？）",
    en: "the answer was cut before its end (is the engine restarting?)",
  },

  logFailed: (p: Named & { call: string; detail: string }): Text => ({
    zh: `${zh(p)}无法继续读取容器日志（${p.call}）：${p.detail}`,
    en: `${en(p)} cannot go on reading the container's log (${p.call}): ${p.detail}`,
  }),

  logUnreadable: (p: { call: string; detail: string }): Text => ({
    zh: `容器日志流无法解析（${p.call}）：${p.detail}`,
    en: `The container's log stream cannot be parsed (${p.call}): ${p.detail}`,
  }),

  badContainer: (p: { name: string }): Text => ({
    zh: `“${p.name}”不是有效的容器名称或 ID。`,
    en: `"${p.name}" is not a container's name or id.`,
  }),

  badImage: (p: { image: string }): Text => ({
    zh:
      `“${p.image}”不是有效的镜像名称。格式为 名称[:标签][@sha256:摘要]，例如 open-aaas-executor:latest。`,
    en:
      `"${p.image}" is not an image's name. It has the form NAME[:TAG][@sha256:DIGEST], such as open-aaas-executor:latest.`,
  }),

  pullFailed: (p: { image: string; detail: string }): Text => ({
    zh: `拉取镜像 ${p.image} 失败：${p.detail}`,
    en: `Pulling the image ${p.image} failed: ${p.detail}`,
  }),

  /** The registry refused, and there was no login for it. */
  pullWithoutLogin: (
    p: { command: string; image: string; registry: string; detail: string; files: Text },
  ): Text => ({
    zh:
      `拉取镜像 ${p.image} 失败：${p.detail}\n没有找到 ${p.registry} 的登录信息（查找过：${p.files.zh}）。如果镜像是私有的，请以运行 agent 的账户执行 ${p.command} login ${p.registry}。`,
    en:
      `Pulling the image ${p.image} failed: ${p.detail}\nNo login was found for ${p.registry} (looked in ${p.files.en}). If the image is private, run ${p.command} login ${p.registry} as the account that the agent runs as.`,
  }),

  pullLoginRefused: (
    p: { command: string; image: string; registry: string; detail: string; file: string },
  ): Text => ({
    zh:
      `拉取镜像 ${p.image} 失败：${p.detail}\n${p.registry} 拒绝了 ${p.file} 中的登录信息：它可能已过期，或者该账户无权使用此镜像。请以运行 agent 的账户重新执行 ${p.command} login ${p.registry}。`,
    en:
      `Pulling the image ${p.image} failed: ${p.detail}\n${p.registry} refused the login found in ${p.file}: it may have expired, or that account may not have this image. Run ${p.command} login ${p.registry} again as the account that the agent runs as.`,
  }),

  noLoginFiles: {
    zh: "没有可查找的文件：HOME 和 DOCKER_CONFIG 都没有设置",
    en: "no file: neither HOME nor DOCKER_CONFIG is set",
  },

  /** What is wrong with a file of another program's; never what it holds. */
  fileTooLarge: {
    zh: "它不是普通文件，或者超过 1 MiB",
    en: "it is no regular file, or larger than 1 MiB",
  },
  fileNotJson: { zh: "内容不是 JSON", en: "it does not hold JSON" },

  loginsUnread: (p: { file: string; detail: Text }): Text => ({
    zh: `无法读取登录信息 ${p.file}：${p.detail.zh}。拉取镜像时不使用它；请修复该文件。`,
    en:
      `Cannot read the logins in ${p.file}: ${p.detail.en}. They are not used to pull; fix the file.`,
  }),
  loginBroken: (p: { file: string; registry: string }): Text => ({
    zh:
      `${p.file} 中 ${p.registry} 的登录信息已损坏，不会使用。请重新执行 docker login ${p.registry}。`,
    en:
      `The login for ${p.registry} in ${p.file} is broken and is not used. Run docker login ${p.registry} again.`,
  }),

  helperNameBad: (p: { file: string }): Text => ({
    zh: `${p.file} 为凭据助手指定的名称无效（credsStore 或 credHelpers），不会使用它。请改正。`,
    en:
      `${p.file} names a credential helper (credsStore or credHelpers) in a way that no program is named, so it is not used. Correct it.`,
  }),
  helperMissing: (p: { program: string; file: string }): Text => ({
    zh:
      `${p.file} 指定的凭据助手 ${p.program} 既不在 PATH 的文件夹中，也不在常用位置，因此没有登录信息。请安装它。`,
    en:
      `The credential helper ${p.program}, which ${p.file} names, is in no folder of PATH and in no usual one, so there is no login. Install it.`,
  }),
  /** Only the whole paths of usual helpers may be started. */
  helperElsewhere: (
    p: { path: string; file: string; folder: string; usual: readonly string[] },
  ): Text => ({
    zh:
      `${p.file} 指定的凭据助手 ${p.path} 不在 agent-core 可以启动的位置，因此没有登录信息。可以启动的是 ${p.folder} 中的这些：${
        p.usual.join("、")
      }。属于其中之一时，请把它复制或链接到 ${p.folder}；否则请在该文件中去掉它，再执行 docker login，或者自行 docker pull。`,
    en:
      `The credential helper ${p.path}, which ${p.file} names, is not where agent-core may start it, so there is no login. It may start these in ${p.folder}: ${
        p.usual.join(", ")
      }. If it is one of them, copy or link it to ${p.folder}; else take it out of that file and run docker login again, or run docker pull yourself.`,
  }),
  helperTooLate: (p: { path: string }): Text => ({
    zh: `已启动的 agent 不能再启动凭据助手 ${p.path}。请重新启动 agent，或者自行 docker pull。`,
    en:
      `An agent that is up may not start the credential helper ${p.path} any more. Restart the agent, or run docker pull yourself.`,
  }),
  helperFailed: (p: { path: string; registry: string; reason: Text }): Text => ({
    zh: `凭据助手 ${p.path} 没有给出 ${p.registry} 的登录信息：${p.reason.zh}。`,
    en: `The credential helper ${p.path} gave no login for ${p.registry}: ${p.reason.en}.`,
  }),
  helperSlow: (p: { secs: number }): Text => ({
    zh: `它在 ${p.secs} 秒内没有回答，已被结束`,
    en: `it had not answered within ${p.secs} s and was ended`,
  }),
  helperCode: (p: { code: number }): Text => ({
    zh: `它以代码 ${p.code} 结束`,
    en: `it ended with code ${p.code}`,
  }),
  helperGarbled: { zh: "它的回答无法理解", en: "its answer cannot be understood" },

  buildFailed: (p: { tag: string; detail: string }): Text => ({
    zh: `构建镜像 ${p.tag} 失败：${p.detail}`,
    en: `Building the image ${p.tag} failed: ${p.detail}`,
  }),

  notAnEngine: (p: { endpoint: string }): Text => ({
    zh:
      `${p.endpoint} 有程序应答，但不是 Docker 或 Podman（回答中没有 Api-Version）。请检查 [docker] host 或 DOCKER_HOST。`,
    en:
      `Something answers at ${p.endpoint}, but it is neither Docker nor Podman (no Api-Version in its answer). Check [docker] host or DOCKER_HOST.`,
  }),

  engineTooOld: (p: Named & { endpoint: string; found: string; needed: string }): Text => ({
    zh: `${p.endpoint} 上的${
      zh(p)
    }太旧：它的 API 版本为 ${p.found}，至少需要 ${p.needed}（Docker 20.10 或 Podman 4.3）。请升级。`,
    en: `${
      en(p)
    } at ${p.endpoint} is too old: it speaks API ${p.found}, but at least ${p.needed} (Docker 20.10 or Podman 4.3) is needed. Upgrade it.`,
  }),

  /** Nothing at the socket's path. */
  reasonMissing: {
    zh: "不存在（未安装或未启动；Podman 可用 systemctl --user enable --now podman.socket 启用）",
    en:
      "it does not exist (not installed or not running; for Podman: systemctl --user enable --now podman.socket)",
  },

  reasonRefused: {
    zh:
      "连接被拒绝（引擎未启动；Linux 上可用 sudo systemctl start docker，或 systemctl --user start podman.socket 启动）",
    en:
      "connection refused (the engine is not running; on Linux, sudo systemctl start docker or systemctl --user start podman.socket starts it)",
  },

  reasonSocketPermission: (p: { path: string }): Text => ({
    zh:
      `没有访问 ${p.path} 的权限。请将当前用户加入 docker 组（sudo usermod -aG docker $USER），然后重新登录；或使用 rootless Docker`,
    en:
      `no permission for ${p.path}. Add yourself to the docker group (sudo usermod -aG docker $USER) and log in again, or use rootless Docker`,
  }),

  reasonPipePermission: {
    zh: "没有访问此管道的权限。请将当前用户加入 docker-users 组，然后重新登录",
    en: "no permission for this pipe. Add yourself to the docker-users group and sign in again",
  },

  reasonHostUnknown: {
    zh: "找不到该主机名",
    en: "there is no host of this name",
  },

  reasonTls: (p: { detail: string }): Text => ({
    zh:
      `TLS 失败（${p.detail}）。请检查 DOCKER_CERT_PATH 中的 ca.pem、cert.pem 和 key.pem；证书须以 subjectAltName 列出该主机`,
    en:
      `TLS failed (${p.detail}). Check ca.pem, cert.pem and key.pem in DOCKER_CERT_PATH; the certificate must name this host as a subjectAltName`,
  }),

  /** Where an address came from. */
  fromConfig: {
    zh: "配置 [docker] host",
    en: "[docker] host of the configuration",
  },
  fromEnvironment: { zh: "环境变量 DOCKER_HOST", en: "the variable DOCKER_HOST" },
  fromContext: (p: { name: string }): Text => ({
    zh: `docker 上下文“${p.name}”`,
    en: `the docker context "${p.name}"`,
  }),
  fromUsual: { zh: "常用位置", en: "a usual place" },

  tried: (p: { endpoint: string; source: Text; reason: Text }): Text => ({
    zh: `  - ${p.endpoint}（${p.source.zh}）：${p.reason.zh}`,
    en: `  - ${p.endpoint} (${p.source.en}): ${p.reason.en}`,
  }),

  /** No engine anywhere. `tried` is one place a line. */
  noEngine: (p: { tried: Text }): Text => ({
    zh: `找不到可用的容器引擎（Docker 或 Podman）。已尝试：
${p.tried.zh}
请安装并启动 Docker 或 Podman，或在配置中设置 [docker] host（例如 unix:///var/run/docker.sock）。`,
    en: `No container engine (Docker or Podman) can be reached. Tried:
${p.tried.en}
Install and start Docker or Podman, or set [docker] host in the configuration (such as unix:///var/run/docker.sock).`,
  }),

  hostSsh: (p: { host: string; source: Text }): Text => ({
    zh:
      `${p.source.zh} 的 ${p.host} 使用 SSH，agent-core 不支持：任务的文件夹必须与引擎在同一台机器上。请在那台机器上运行 agent-core；若仍需转发，可用 ssh -L /tmp/docker.sock:/var/run/docker.sock，并设置 unix:///tmp/docker.sock。`,
    en:
      `${p.host} (${p.source.en}) is reached by SSH, which agent-core does not do: the tasks' folders must be on the engine's own machine. Run agent-core there; or forward the socket with ssh -L /tmp/docker.sock:/var/run/docker.sock and set unix:///tmp/docker.sock.`,
  }),

  hostUnknown: (p: { host: string; source: Text }): Text => ({
    zh:
      `${p.source.zh} 的“${p.host}”不是有效地址。应为 unix:///路径、tcp://主机:端口 或 npipe:////./pipe/名称。`,
    en:
      `"${p.host}" (${p.source.en}) is not an address. It has the form unix:///PATH, tcp://HOST:PORT or npipe:////./pipe/NAME.`,
  }),

  pipeElsewhere: (p: { host: string; source: Text }): Text => ({
    zh:
      `${p.source.zh} 的 ${p.host} 是 Windows 命名管道，此系统没有。请改用 unix:// 或 tcp:// 地址。`,
    en:
      `${p.host} (${p.source.en}) is a Windows named pipe, which this system does not have. Use a unix:// or tcp:// address.`,
  }),

  socketOnWindows: (p: { host: string; source: Text }): Text => ({
    zh:
      `${p.source.zh} 的 ${p.host} 是 unix 套接字，在 Windows 上无法使用。请改用 npipe:////./pipe/docker_engine 或 tcp:// 地址。`,
    en:
      `${p.host} (${p.source.en}) is a unix socket, which cannot be used on Windows. Use npipe:////./pipe/docker_engine or a tcp:// address.`,
  }),

  contextMissing: (p: { name: string; file: string }): Text => ({
    zh:
      `docker context“${p.name}”不存在（没有 ${p.file}）。请用 docker context use 选择另一个，或设置 [docker] host。`,
    en:
      `The docker context "${p.name}" does not exist (there is no ${p.file}). Choose another with docker context use, or set [docker] host.`,
  }),

  dockerFileUnreadable: (p: { file: string; detail: Text }): Text => ({
    zh: `无法读取 ${p.file}：${p.detail.zh}。请修复该文件，或设置 [docker] host。`,
    en: `Cannot read ${p.file}: ${p.detail.en}. Fix the file, or set [docker] host.`,
  }),

  /** The docker command's configuration, which only might have named a context. */
  dockerConfigIgnored: (p: { file: string; detail: Text }): Text => ({
    zh:
      `无法读取 ${p.file}：${p.detail.zh}。将忽略该文件，并在常用位置查找引擎；如果其中选择了 docker context，请修复该文件，或设置 [docker] host。`,
    en:
      `Cannot read ${p.file}: ${p.detail.en}. It is ignored, and the engine is looked for in the usual places; if it chooses a docker context, fix the file, or set [docker] host.`,
  }),

  contextSkipsTls: (p: { name: string }): Text => ({
    zh:
      `docker context“${p.name}”要求跳过 TLS 证书验证，agent-core 不允许。请为该 context 提供 CA 证书（docker context update）。`,
    en:
      `The docker context "${p.name}" skips the verification of TLS certificates, which agent-core does not allow. Give the context a CA certificate (docker context update).`,
  }),

  tlsFilesMissing: (p: { folder: string }): Text => ({
    zh: `${p.folder} 中没有 ca.pem、cert.pem 或 key.pem。请检查 DOCKER_CERT_PATH。`,
    en: `There is no ca.pem, cert.pem or key.pem in ${p.folder}. Check DOCKER_CERT_PATH.`,
  }),

  tlsPairIncomplete: (p: { folder: string }): Text => ({
    zh: `${p.folder} 中 cert.pem 和 key.pem 只有其一。两者必须同时存在。`,
    en: `Only one of cert.pem and key.pem is in ${p.folder}. Both are needed.`,
  }),

  plainTcp: (p: { endpoint: string }): Text => ({
    zh:
      `${p.endpoint} 未加密：同一网络中的任何人都能控制该引擎。请使用 TLS（DOCKER_CERT_PATH）或 unix 套接字。`,
    en:
      `${p.endpoint} is not encrypted: anybody on the network can take the engine over. Use TLS (DOCKER_CERT_PATH) or a unix socket.`,
  }),
} satisfies Catalog;
