import type { Catalog, Text } from "./text.ts";

/** An answer that is none of the good ones. */
interface Refusal {
  readonly call: string;
  readonly url: string;
  readonly status: number;
  readonly why: string;
}

/** What the way to the Server says. */
export const serverText = {
  taskUnfit: (p: { field: string; found: string }): Text => ({
    zh:
      `Server 下发的任务格式有误：字段 ${p.field}：${p.found}。该任务无法执行，请检查 Server 的版本或重新提交任务。`,
    en:
      `The task from the Server is malformed: field ${p.field}: ${p.found}. It cannot be run; check the version of the Server or submit the task again.`,
  }),

  redirected: (
    p: { call: string; url: string; status: number; location: string },
  ): Text => ({
    zh:
      `${p.call}：${p.url} 返回重定向（${p.status}），指向 ${p.location}。为保护 api_key，不会跟随重定向。如果新地址正确，请修改配置中的 [server] base_url。`,
    en:
      `${p.call}: ${p.url} answers with a redirect (${p.status}) to ${p.location}. It is not followed, since the api_key would go with it. If the new address is right, change [server] base_url in the configuration.`,
  }),

  /** 429. */
  rateLimited: (p: { call: string; url: string; status: number }): Text => ({
    zh:
      `${p.call}：${p.url} 提示请求过多（${p.status}）。将自动等待后重试；请确认没有另一个 agent 使用同一个 api_key。`,
    en:
      `${p.call}: ${p.url} says that there were too many requests (${p.status}). It is retried automatically; make sure that no other agent uses the same api_key.`,
  }),

  /** 408. */
  cutByServer: (p: { call: string; url: string; status: number }): Text => ({
    zh:
      `${p.call}：${p.url} 超过了 Server 的时间限制（${p.status}）。可能是网络太慢，或 Server 的请求超时设置过短。`,
    en:
      `${p.call}: ${p.url} took longer than the Server allows (${p.status}). The network may be slow, or the Server's request timeout short.`,
  }),

  refused: (p: Refusal): Text => ({
    zh: `${p.call}：Server 拒绝了 ${p.url}（${p.status}）：${p.why}。重试不会有不同结果。`,
    en:
      `${p.call}: the Server refuses ${p.url} (${p.status}): ${p.why}. Trying again would change nothing.`,
  }),

  credentials: (p: Refusal): Text => ({
    zh:
      `${p.call}：${p.url} 不接受本 agent 的凭据（${p.status}）：${p.why}。请检查配置中的 service_id 和 api_key，必要时用新的令牌重新注册：agent-core register --force。`,
    en:
      `${p.call}: ${p.url} does not accept this agent's credentials (${p.status}): ${p.why}. Check service_id and api_key in the configuration; if necessary, register again with a new token: agent-core register --force.`,
  }),

  /** A 5xx. */
  serverTrouble: (p: Refusal): Text => ({
    zh:
      `${p.call}：${p.url} 出现故障（${p.status}）：${p.why}。将自动重试；如果持续出现，请查看 Server 或其前面的代理。`,
    en:
      `${p.call}: ${p.url} is in trouble (${p.status}): ${p.why}. It is retried automatically; if this goes on, check the Server or the proxy in front of it.`,
  }),

  /** A 4xx of the Server that the protocol does not know for this call. */
  unexpectedRefusal: (p: Refusal): Text => ({
    zh:
      `${p.call}：${p.url} 返回了意外的答复（${p.status}）：${p.why}。将自动重试；如果持续出现，请检查 base_url 和 Server 的版本。`,
    en:
      `${p.call}: ${p.url} gives an unexpected answer (${p.status}): ${p.why}. It is retried automatically; if this goes on, check base_url and the version of the Server.`,
  }),

  /** A web page, or JSON of another form. */
  notTheServer: (p: Refusal): Text => ({
    zh:
      `${p.call}：${p.url} 的答复（${p.status}）不是 OpenAaaS Server 的答复：${p.why}。可能是代理、登录页面或错误的 base_url。将自动重试。`,
    en:
      `${p.call}: the answer of ${p.url} (${p.status}) is not that of an OpenAaaS Server: ${p.why}. It may be a proxy, a login page or a wrong base_url. It is retried automatically.`,
  }),

  noAnswer: (p: { call: string; url: string; seconds: number }): Text => ({
    zh: `${p.call}：${p.url} 在 ${p.seconds} 秒内没有答复。将自动重试；请检查网络和 Server。`,
    en:
      `${p.call}: no answer from ${p.url} within ${p.seconds} seconds. It is retried automatically; check the network and the Server.`,
  }),

  answerTooLarge: (p: { call: string; url: string }): Text => ({
    zh: `${p.call}：${p.url} 的答复过大，已中断。请检查 base_url 是否指向 OpenAaaS Server。`,
    en:
      `${p.call}: the answer of ${p.url} is too large and was broken off. Check that base_url is an OpenAaaS Server.`,
  }),

  tlsTrouble: (p: { call: string; url: string; why: string }): Text => ({
    zh:
      `${p.call}：无法与 ${p.url} 建立可信的 TLS 连接：${p.why}。如果 Server 使用自己的 CA，请用环境变量 SSL_CERT_FILE 指定其 PEM 文件；如果它不使用 TLS，base_url 应以 http:// 开头。`,
    en:
      `${p.call}: no trusted TLS connection to ${p.url}: ${p.why}. If the Server uses its own CA, set the environment variable SSL_CERT_FILE to its PEM file; if it does not use TLS, base_url must begin with http://.`,
  }),

  unreachable: (p: { call: string; url: string; why: string }): Text => ({
    zh: `${p.call}：无法连接 ${p.url}：${p.why}。请检查网络、base_url 以及 Server 是否在运行。`,
    en:
      `${p.call}: cannot connect to ${p.url}: ${p.why}. Check the network, base_url and whether the Server is running.`,
  }),

  connectionCut: (p: { call: string; url: string; why: string }): Text => ({
    zh: `${p.call}：与 ${p.url} 的连接中断：${p.why}。将自动重试。`,
    en: `${p.call}: the connection to ${p.url} was cut: ${p.why}. It is retried automatically.`,
  }),

  wrongSize: (p: { url: string; bytes: number; expected: number }): Text => ({
    zh:
      `下载 ${p.url}：收到 ${p.bytes} 字节，而 Server 声明的大小是 ${p.expected} 字节。请重新上传该输入文件。`,
    en:
      `Download of ${p.url}: ${p.bytes} bytes came, the Server announced ${p.expected}. Upload that input file again.`,
  }),

  /** What is being retried: a download. */
  whatDownload: (p: { name: string; id: string }): Text => ({
    zh: `下载输入文件 ${p.name}（${p.id}）`,
    en: `download of the input file ${p.name} (${p.id})`,
  }),

  /** First failure of a call that is going to be tried again. */
  tryingAgain: (p: { what: Text; why: Text }): Text => ({
    zh: `${p.what.zh}未成功，将继续重试：${p.why.zh}`,
    en: `The ${p.what.en} has failed and is being retried: ${p.why.en}`,
  }),

  triedWithSuccess: (p: { what: Text }): Text => ({
    zh: `${p.what.zh}：重试成功。`,
    en: `The ${p.what.en} has succeeded now.`,
  }),

  badBaseUrl: (p: { url: string }): Text => ({
    zh: `base_url 不是 http:// 或 https:// 地址：${p.url}。请修改配置中的 [server] base_url。`,
    en:
      `base_url is not an http:// or https:// address: ${p.url}. Change [server] base_url in the configuration.`,
  }),

  badApiKey: {
    zh:
      `配置中 [agent] api_key 含有空格或非 ASCII 字符，不可能是有效的密钥。请重新复制，或用新的令牌重新注册。`,
    en:
      `[agent] api_key in the configuration has spaces or characters that are not ASCII: it cannot be a key. Copy it again, or register again with a new token.`,
  },

  badServiceId: {
    zh:
      `配置中 [agent] service_id 含有空格或非 ASCII 字符，不可能是有效的 ID。请重新复制，或用新的令牌重新注册。`,
    en:
      `[agent] service_id in the configuration has spaces or characters that are not ASCII: it cannot be an id. Copy it again, or register again with a new token.`,
  },

  /** An id that would name another URL. */
  badId: (p: { id: string }): Text => ({
    zh: `ID "${p.id}" 不能用于 URL，不会发送该请求。`,
    en: `The id "${p.id}" cannot be part of a URL; the request is not sent.`,
  }),

  caUnreadable: (p: { variable: string; path: string; why: Text }): Text => ({
    zh: `环境变量 ${p.variable} 指定的证书文件 ${p.path} 无法使用，已忽略：${p.why.zh}。`,
    en:
      `The certificate file ${p.path} named by ${p.variable} cannot be used and is ignored: ${p.why.en}.`,
  }),

  /** A name that the Server would refuse or drop. */
  nameNotSendable: (p: { name: string }): Text => ({
    zh: `文件名 ${p.name} 含有 Server 不接受的字符，无法上传。`,
    en: `The file name ${p.name} cannot be uploaded: the Server does not take such names.`,
  }),

  fileChanged: (p: { name: string; expected: number; bytes: number }): Text => ({
    zh: `文件 ${p.name} 在上传时发生了变化：应为 ${p.expected} 字节，读到 ${p.bytes} 字节。`,
    en:
      `File ${p.name} changed while it was uploaded: expected ${p.expected} bytes, read ${p.bytes}.`,
  }),

  fileUnreadable: (p: { name: string; why: string }): Text => ({
    zh: `文件 ${p.name} 无法读取：${p.why}。`,
    en: `File ${p.name} cannot be read: ${p.why}.`,
  }),

  /** Registration: token wrong or used. */
  registerUnknownToken: (p: { url: string }): Text => ({
    zh:
      `${p.url} 不认识这个注册令牌：令牌有误，或已经用过（每个令牌只能用一次）。请向管理员索取新的令牌，然后再次运行 register。`,
    en:
      `${p.url} does not know this registration token: it is wrong or has already been used (a token can be used only once). Ask the administrator for a new one and run register again.`,
  }),

  /** Registration: 409. */
  registerTaken: (p: { url: string }): Text => ({
    zh: `该服务已在 ${p.url} 注册。如果密钥丢失，请让管理员重置该服务并签发新的令牌。`,
    en:
      `The service is already registered at ${p.url}. If its key is lost, have the administrator reset the service and issue a new token.`,
  }),

  /** Registration: 403. */
  registerRevoked: (p: { url: string }): Text => ({
    zh: `该服务在 ${p.url} 已被撤销。请联系管理员重新启用，或为新的服务索取令牌。`,
    en:
      `The service was revoked at ${p.url}. Ask the administrator to enable it again, or for the token of a new service.`,
  }),

  registerUnreachable: (p: { url: string; why: Text }): Text => ({
    zh:
      `无法连接 Server ${p.url}，令牌没有被使用。请检查 base_url、网络和代理设置后重试。\n${p.why.zh}`,
    en:
      `The Server ${p.url} cannot be reached; the token was not used. Check base_url, network and proxy settings and try again.\n${p.why.en}`,
  }),

  registerTls: (p: { url: string; why: Text }): Text => ({
    zh: `无法与 ${p.url} 建立可信的 TLS 连接，令牌没有被使用。\n${p.why.zh}`,
    en:
      `Could not establish a trusted TLS connection to ${p.url}; the token was not used.\n${p.why.en}`,
  }),

  registerNoServer: (p: { url: string; status: number }): Text => ({
    zh:
      `${p.url} 不是 OpenAaaS Server（答复 ${p.status}，内容不符）。请检查 base_url 的主机、端口和路径。`,
    en:
      `${p.url} is not an OpenAaaS Server (it answered ${p.status} with something else). Check host, port and path of base_url.`,
  }),

  registerRedirect: (p: { url: string; location: string }): Text => ({
    zh:
      `${p.url} 重定向到 ${p.location}，不会跟随。如果该地址正确，请把 base_url 改为它（不含 /api/…）后重试。`,
    en:
      `${p.url} redirects to ${p.location}, which is not followed. If that address is right, make it the base_url (without /api/…) and try again.`,
  }),

  /** Registration: 429. */
  registerRateLimited: (p: { url: string }): Text => ({
    zh: `${p.url} 提示请求过多（429），令牌没有被使用。请等一分钟后再次运行 register。`,
    en:
      `${p.url} says that there were too many requests (429); the token was not used. Wait a minute and run register again.`,
  }),

  /** Registration: another refusal. */
  registerRefused: (p: { url: string; status: number; said: string }): Text => ({
    zh: `${p.url} 拒绝了注册（${p.status}）：${p.said}。请检查 Server 的版本，或联系管理员。`,
    en:
      `${p.url} refuses the registration (${p.status}): ${p.said}. Check the version of the Server, or ask its administrator.`,
  }),

  /** Registration: 5xx or 408. */
  registerTrouble: (p: { url: string; status: number }): Text => ({
    zh:
      `${p.url} 在注册时出现故障（${p.status}）。令牌可能已被使用，而密钥只显示一次：如果再次注册提示令牌无效，请向管理员索取新的令牌。`,
    en:
      `${p.url} was in trouble during the registration (${p.status}). The token may be used up, and the key is shown only once: if register now says that the token is unknown, ask the administrator for a new one.`,
  }),

  registerLost: (p: { url: string; why: Text }): Text => ({
    zh:
      `注册请求已发往 ${p.url}，但没有收到完整的答复。令牌可能已被使用，而密钥只显示一次：请向管理员索取新的令牌后再次运行 register。\n${p.why.zh}`,
    en:
      `The registration was sent to ${p.url}, but the complete answer did not arrive. The token may be used up, and the key is shown only once: ask the administrator for a new token and run register again.\n${p.why.en}`,
  }),
} satisfies Catalog;
