import type { Catalog, Text } from "./text.ts";

/** What `try` and `new-image` say. */
export const imageText = {
  // try

  tryDescription: {
    zh: "在本机运行一个任务，不需要 Server，也不需要注册",
    en: "Run one task on this machine, without a Server and without registering",
  },
  tryImage: {
    zh: "要运行的镜像（默认：配置中的 executor.image；若这里有 Dockerfile，先构建它）",
    en:
      "Image to run (default: executor.image of the configuration, built first if a Dockerfile is here)",
  },
  tryPrompt: { zh: "任务提示词", en: "What the task asks for" },
  tryTaskFile: {
    zh: "任务文件：Markdown 或文本即提示词，.json 即 task.json（默认：这里的 task.md）",
    en:
      "File with the task: Markdown or text is the prompt, .json a task.json (default: task.md here)",
  },
  tryOutputPrompt: {
    zh: "答案应有的格式（任务的 output_prompt）",
    en: "Form the answer should have (the task's output_prompt)",
  },
  tryInput: { zh: "输入文件，可重复使用", en: "Input file; can be repeated" },
  tryKeep: {
    zh: "保留容器和结果文件夹（默认：容器删除，结果保留到下一次 try）",
    en: "Keep the container and the folder (default: the results stay until the next try)",
  },
  tryJson: {
    zh: "把结果以 JSON 写到标准输出，其余内容写到标准错误",
    en: "Print the result as JSON; everything else goes to stderr",
  },
  exampleTry: { zh: "一条提示词和一个文件", en: "A prompt and a file" },
  tryPromote: {
    zh: "试运行成功后，把构建的镜像设为 executor.image，即 run 使用的镜像",
    en: "If it succeeds, give the built image the name in executor.image, the one that run uses",
  },
  tryBuildArg: {
    zh: "Dockerfile 的构建参数，写作 名称=值；可重复使用",
    en: "Build argument of the Dockerfile, NAME=VALUE; can be repeated",
  },
  exampleTryHere: {
    zh: "构建并运行 new-image 创建的文件夹",
    en: "Build and run a folder made by new-image",
  },
  exampleTryPromote: {
    zh: "成功后交给 run 使用",
    en: "Let run use it if it succeeds",
  },

  tryNoPrompt: (p: { path: string }): Text => ({
    zh: `没有任务：请用 --prompt 给出提示词，或用 --task 指定文件，或创建 ${p.path}。`,
    en: `There is no task: give --prompt or --task FILE, or write ${p.path}.`,
  }),
  tryPromptTwice: {
    zh: "--prompt 与 --task 不能同时使用。",
    en: "--prompt and --task cannot be used together.",
  },
  tryNoTaskPrompt: (p: { path: string }): Text => ({
    zh: `${p.path} 中没有 task_prompt，任务没有内容。请补上，或用 --prompt 给出提示词。`,
    en: `${p.path} has no task_prompt, so there is nothing to do. Add it, or use --prompt.`,
  }),
  tryBadBuildArg: (p: { value: string }): Text => ({
    zh: `--build-arg ${p.value} 无效，应写作 名称=值，例如 --build-arg BASE_IMAGE=node:22-slim。`,
    en:
      `--build-arg ${p.value} is not of the form NAME=VALUE, such as --build-arg BASE_IMAGE=node:22-slim.`,
  }),
  tryNothingToPromote: (p: { path: string }): Text => ({
    zh: `--promote 需要构建镜像，但没有 ${p.path}，或者用 --image 指定了别的镜像。`,
    en:
      `--promote needs an image that is built here, but there is no ${p.path}, or --image names another.`,
  }),
  tryPromoteDigest: (p: { image: string }): Text => ({
    zh: `executor.image 写作 ${p.image}，由摘要固定，--promote 无法替换它。请改为 名称:标签。`,
    en:
      `executor.image is ${p.image}, which is pinned by a digest, so --promote cannot replace it. Write NAME:TAG there.`,
  }),
  tryCannotRead: (p: { path: string; reason: Text }): Text => ({
    zh: `无法读取 ${p.path}：${p.reason.zh}`,
    en: `Cannot read ${p.path}: ${p.reason.en}`,
  }),
  tryNotAFile: (p: { path: string }): Text => ({
    zh: `${p.path} 不是普通文件，不能作为输入。`,
    en: `${p.path} is not a regular file and cannot be an input.`,
  }),

  tryBuilding: (p: { image: string; folder: string }): Text => ({
    zh: `正在用 ${p.folder} 构建镜像 ${p.image}…`,
    en: `Building image ${p.image} from ${p.folder}…`,
  }),
  tryBaseNotPulled: (p: { base: string; detail: string; argument?: string }): Text => {
    const usual = p.argument ?? "BASE_IMAGE";
    const zh = p.argument === undefined
      ? "请在 Dockerfile 的 FROM 中改用能访问的镜像仓库"
      : `请换一个能访问的镜像仓库：agent-core try --build-arg ${usual}=registry.example.cn/library/node:22-slim，或改写 Dockerfile 中的 ARG ${usual}=`;
    const en = p.argument === undefined
      ? "Name one that this machine reaches in the FROM of the Dockerfile"
      : `Give one that this machine reaches: agent-core try --build-arg ${usual}=registry.example.cn/library/node:22-slim, or change ARG ${usual}= in the Dockerfile`;
    return {
      zh: `无法拉取基础镜像 ${p.base}：${p.detail}\n${zh}；也可以先手动执行 docker pull。`,
      en:
        `The base image ${p.base} cannot be pulled: ${p.detail}\n${en}; or run docker pull by hand first.`,
    };
  },
  tryOldBuilder: (p: { reason: Text }): Text => ({
    zh:
      `${p.reason.zh}\n这个引擎的构建器不支持 Dockerfile 中的写法：COPY --chmod 需要 BuildKit，here-document（<<EOF）需要 Docker 23 或更新版本。`,
    en:
      `${p.reason.en}\nThis engine's builder does not know what the Dockerfile uses: COPY --chmod needs BuildKit, here-documents (<<EOF) need Docker 23 or newer.`,
  }),
  tryStaged: (p: { inputs: number; folder: string }): Text => ({
    zh: `工作区已就绪（${p.inputs} 个输入文件）：${p.folder}`,
    en: `Workspace ready (input files: ${p.inputs}): ${p.folder}`,
  }),
  tryRunning: (p: { image: string; container: string }): Text => ({
    zh: `${p.image} 已在容器 ${p.container} 中启动，以下是它的输出：`,
    en: `${p.image} runs in container ${p.container}; this is what it says:`,
  }),
  tryInterrupted: {
    zh: "已中断，正在停止容器…",
    en: "Interrupted; stopping the container…",
  },
  tryGone: {
    zh: "容器在运行中消失了：它被删除，或者容器引擎重启了。",
    en: "The container went away while it ran: it was removed, or the engine was restarted.",
  },

  tryCompleted: { zh: "完成", en: "Completed" },
  tryFailed: (p: { reason: Text }): Text => ({
    zh: `失败：${p.reason.zh}`,
    en: `Failed: ${p.reason.en}`,
  }),
  tryFacts: (p: { exitCode: string; seconds: string; memory: string }): Text => ({
    zh: `退出码 ${p.exitCode}，用时 ${p.seconds} 秒，内存峰值 ${p.memory}`,
    en: `exit code ${p.exitCode}, ${p.seconds} s, peak memory ${p.memory}`,
  }),
  tryUnknown: { zh: "未知", en: "unknown" },
  tryTooShort: { zh: "未测得（运行时间太短）", en: "not measured (too short)" },
  tryFiles: (p: { count: number; bytes: string }): Text => ({
    zh: `将上传 ${p.count} 个文件（${p.bytes}）：`,
    en: `Files that would be uploaded: ${p.count} (${p.bytes})`,
  }),
  tryNoFiles: {
    zh: "没有可上传的文件：任务没有在 /workspace/output 中留下任何内容。",
    en: "No file would be uploaded: the task left nothing in /workspace/output.",
  },
  tryContains: (p: { count: number }): Text => ({
    zh: `（含 ${p.count} 个文件）`,
    en: p.count === 1 ? "(1 file)" : `(${p.count} files)`,
  }),
  trySentAs: (p: { name: string; sentAs: string }): Text => ({
    zh: `  ${p.name} 将以 ${p.sentAs} 的名字上传`,
    en: `  ${p.name} would be sent as ${p.sentAs}`,
  }),
  trySkipped: { zh: "不会上传：", en: "Left out:" },
  tryMore: (p: { count: number; reason: Text }): Text => ({
    zh: `  另有 ${p.count} 个：${p.reason.zh}`,
    en: `  ${p.count} more: ${p.reason.en}`,
  }),
  tryWhere: (p: { workspace: string; log: string }): Text => ({
    zh: `结果在 ${p.workspace}\n日志在 ${p.log}`,
    en: `The files are in ${p.workspace}\nThe log is ${p.log}`,
  }),
  tryKept: (p: { container: string }): Text => ({
    zh: `容器 ${p.container} 已保留，用完后请删除：docker rm ${p.container}`,
    en: `Container ${p.container} is kept; remove it when you are done: docker rm ${p.container}`,
  }),
  tryNotPromoted: (p: { image: string }): Text => ({
    zh:
      `构建的镜像只用于试运行；run 使用的仍是原来的 ${p.image}。要让 run 使用它：agent-core try --promote`,
    en:
      `The built image is for trying only; run uses ${p.image} as it was. To let run use this one: agent-core try --promote`,
  }),
  tryPromoted: (p: { image: string }): Text => ({
    zh: `${p.image} 现在就是这个镜像，run 的下一个任务将使用它。`,
    en: `${p.image} is this image now; the next task of run uses it.`,
  }),
  tryClearing: (p: { taskId: string }): Text => ({
    zh: `正在清理被中止的试运行 ${p.taskId}…`,
    en: `Clearing up after ${p.taskId}, which was cut off…`,
  }),
  tryCannotRemove: (p: { folder: string; reason: Text }): Text => ({
    zh: `无法删除上一次的结果 ${p.folder}：${p.reason.zh}`,
    en: `Cannot remove the earlier results in ${p.folder}: ${p.reason.en}`,
  }),

  // new-image

  newImageDescription: {
    zh: "创建一个用 Markdown 编写的智能体镜像",
    en: "Make the folder of an agent image that is written in Markdown",
  },
  newImageFolder: { zh: "要创建的文件夹", en: "Folder to make" },
  newImageModel: {
    zh:
      "模型，写作 提供商/模型；提供商有 deepseek、qwen、kimi、glm、openai、anthropic、ollama、vllm 等",
    en:
      "Model as provider/model; providers are deepseek, qwen, kimi, glm, openai, anthropic, ollama, vllm and more",
  },
  newImageUrl: {
    zh: "自有模型服务的地址（OpenAI 兼容接口），例如 http://10.0.0.3:8000/v1",
    en: "Address of a model server of your own (OpenAI's API), for example http://10.0.0.3:8000/v1",
  },
  newImageBase: {
    zh: "基础镜像，例如镜像站的 registry.example.cn/library/node:22-slim",
    en: "Base image, for example a mirror's registry.example.cn/library/node:22-slim",
  },
  newImageApt: { zh: "Debian 软件源的镜像地址", en: "Mirror of Debian's packages" },
  newImageNpm: { zh: "npm 软件源的地址", en: "npm registry" },
  newImagePip: { zh: "PyPI 软件源的地址", en: "Index of Python packages" },
  exampleNewImageLocal: { zh: "本机的 Ollama", en: "Ollama on this machine" },
  newImageExists: (p: { path: string }): Text => ({
    zh: `${p.path} 已存在且不为空。请换一个文件夹。`,
    en: `${p.path} is there already and not empty. Choose another folder.`,
  }),
  newImageBadModel: (p: { model: string }): Text => ({
    zh: `--model ${p.model} 缺少提供商，应写作 提供商/模型，例如 deepseek/deepseek-v4-pro。`,
    en:
      `--model ${p.model} names no provider; write provider/model, for example deepseek/deepseek-v4-pro.`,
  }),
  newImageUnknown: (p: { provider: string; names: string; more: string }): Text => ({
    zh:
      `没有名为“${p.provider}”的提供商。常用的有：${p.names}。其他的有：${p.more}。自有模型服务请加上 --url。`,
    en:
      `There is no provider "${p.provider}". Usual ones: ${p.names}. Others: ${p.more}. For a model server of your own add --url.`,
  }),
  newImageBadUrl: (p: { url: string; better: string }): Text => ({
    zh: `--url ${p.url} 不是 http:// 或 https:// 地址，例如 ${p.better}。`,
    en: `--url ${p.url} is not an http:// or https:// address, such as ${p.better}.`,
  }),
  newImageOwnHost: (p: { url: string; better: string }): Text => ({
    zh: `--url ${p.url} 在容器内指的是容器自己。本机在容器内的名称是：${p.better}`,
    en:
      `Inside a container, --url ${p.url} means the container itself. Its name for this machine: ${p.better}`,
  }),
  newImageBadSource: (p: { option: string; value: string }): Text => ({
    zh:
      `${p.option} ${p.value} 无效：不能含空格、引号、$、# 或反斜杠，软件源须以 http:// 或 https:// 开头。`,
    en:
      `${p.option} ${p.value} will not do: no blanks, quotation marks, $, # or backslashes, and a registry begins with http:// or https://.`,
  }),
  newImageUrlAlone: {
    zh: "--url 需要与 --model 一起使用，例如 --model lab/qwen3-32b。",
    en: "--url needs --model beside it, for example --model lab/qwen3-32b.",
  },
  newImageNotWritten: (p: { path: string; reason: Text }): Text => ({
    zh: `无法写入 ${p.path}：${p.reason.zh}`,
    en: `Cannot write ${p.path}: ${p.reason.en}`,
  }),
  newImageMade: (
    p: { path: string; cd: string; hasModel: boolean; key: "needed" | "unknown" | "none" },
  ): Text => {
    const orNone = p.key === "unknown"
      ? { zh: "；服务不需要密钥时删除此文件", en: " (delete the file if the server wants none)" }
      : { zh: "", en: "" };
    const zh = [
      `cd ${p.cd}`,
      ...p.hasModel ? [] : [`在 agent.json 中选择模型（"model"）`],
      ...p.key === "none" ? [] : [`把模型的密钥写入 secrets/api_key，只占一行${orNone.zh}`],
      "修改 system-prompt.md 和 skills/，写明智能体的身份与能力",
      "agent-core try            构建镜像，完成 task.md 中的任务",
      "agent-core try --promote  成功后交给 run 使用",
    ];
    const en = [
      `cd ${p.cd}`,
      ...p.hasModel ? [] : [`choose the model in agent.json ("model")`],
      ...p.key === "none"
        ? []
        : [`put the model's key into secrets/api_key, as its only line${orNone.en}`],
      "say in system-prompt.md and skills/ who the agent is and what it can do",
      "agent-core try            builds the image and does the task in task.md",
      "agent-core try --promote  lets run use it if it succeeds",
    ];
    const list = (steps: readonly string[]) =>
      steps.map((step, at) => `  ${at + 1}. ${step}`).join("\n");
    return {
      zh: `已创建 ${p.path}。接下来：\n${list(zh)}`,
      en: `Made ${p.path}. Next:\n${list(en)}`,
    };
  },
  /** The comment above the mount of the key. */
  newImageMount: {
    zh: "模型的密钥：secrets/api_key 在容器中是 /run/agent/api_key。",
    en: "The model's key: secrets/api_key is /run/agent/api_key in the container.",
  },
  /** The task to begin with. */
  newImageTask: {
    zh: `介绍你自己：你是谁、有哪些技能、能使用哪些工具（列出 python3、git、jq、curl 的版本）。
把版本写成 CSV 表格，保存为 output/tools.csv。
`,
    en:
      `Introduce yourself: who you are, which skills you have and which tools you can use (list the versions
of python3, git, jq and curl). Write the versions as a CSV table to output/tools.csv as well.
`,
  },
  newImageReadme: (p: { name: string }): Text => ({
    zh: `# ${p.name}

一个 OpenAaaS 智能体镜像。需要你编辑的只有：

| 文件 | 内容 |
| --- | --- |
| \`system-prompt.md\` | 智能体是谁、怎样工作 |
| \`skills/名称/SKILL.md\` | 每项技能一个文件夹：开头的 description 说明何时使用，正文说明怎么做；脚本和数据放在旁边 |
| \`agent.json\` | 模型：\`model\` 写作 \`提供商/模型\`；自有模型服务写在 \`providers\` 中 |
| \`secrets/api_key\` | 模型的密钥，只占一行；以只读方式挂载，不进入镜像 |
| \`task.md\` | 试运行的任务 |

\`\`\`sh
agent-core try                            # 构建镜像，完成 task.md 中的任务
agent-core try --prompt "…" --input 数据.csv
agent-core try --promote                  # 成功后，run 从此使用这个镜像
agent-core register                       # 加入一个 Server
agent-core run
\`\`\`

\`try\` 把镜像构建在只有它使用的名称下：修改到一半时，运行中的智能体不受影响。

\`提供商\` 常用 deepseek、qwen、kimi、glm、openai、anthropic；本机的 ollama 和 vllm 不需要密钥。
自有模型服务（OpenAI 兼容接口）在 \`agent.json\` 中写作：

\`\`\`json
{
  "model": "lab/qwen3-32b",
  "providers": { "lab": { "baseUrl": "http://host.docker.internal:8000/v1", "api": "openai-completions" } }
}
\`\`\`

若它运行在本机，请在 \`config.toml\` 中设 \`enable_host_access = true\`。
无法访问 Docker Hub、Debian、npm 或 PyPI 时，改写 \`Dockerfile\` 开头的 ARG（或在 new-image 时用 \`--base-image\` 等选项）。
需要更多程序时，把它们加到 \`Dockerfile\` 的 apt-get 一行。\`image/\` 是镜像的程序，无需改动。
`,
    en: `# ${p.name}

An agent image for OpenAaaS. All that you edit:

| File | What it says |
| --- | --- |
| \`system-prompt.md\` | who the agent is and how it works |
| \`skills/NAME/SKILL.md\` | a folder for each skill: the description at its head says when to use it, the text says how; scripts and data lie beside it |
| \`agent.json\` | the model: \`model\` is \`provider/model\`; a model server of your own goes into \`providers\` |
| \`secrets/api_key\` | the model's key, as its only line; mounted read-only, never in the image |
| \`task.md\` | the task to try it with |

\`\`\`sh
agent-core try                            # builds the image and does the task in task.md
agent-core try --prompt "…" --input data.csv
agent-core try --promote                  # after a success run uses this image from now on
agent-core register                       # joins a Server
agent-core run
\`\`\`

\`try\` builds under a name that only it uses: an agent that is running is not touched by an edit that is half finished.

Usual providers are deepseek, qwen, kimi, glm, openai and anthropic; ollama and vllm on this machine need no key.
A model server of your own (with OpenAI's API) is named in \`agent.json\` like this:

\`\`\`json
{
  "model": "lab/qwen3-32b",
  "providers": { "lab": { "baseUrl": "http://host.docker.internal:8000/v1", "api": "openai-completions" } }
}
\`\`\`

If it runs on this machine, set \`enable_host_access = true\` in \`config.toml\`.
Where Docker Hub, Debian, npm or PyPI cannot be reached, change the ARG lines at the head of the \`Dockerfile\` (or give \`--base-image\` and the like to new-image).
More programs go into the apt-get line of the \`Dockerfile\`. \`image/\` is the image's own program; leave it.
`,
  }),
} satisfies Catalog;
