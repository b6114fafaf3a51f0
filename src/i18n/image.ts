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
    en: "Form that the answer is to have (the task's output_prompt)",
  },
  tryInput: { zh: "输入文件，可重复使用", en: "Input file; can be given again" },
  tryKeep: {
    zh: "保留容器和结果文件夹（默认：容器删除，结果保留到下一次 try）",
    en: "Keep the container and the folder (default: the results stay until the next try)",
  },
  tryJson: {
    zh: "把结果以 JSON 写到标准输出，其余内容写到标准错误",
    en: "Print the result as JSON; everything else goes to stderr",
  },
  exampleTry: { zh: "一条提示词和一个文件", en: "A prompt and a file" },
  exampleTryHere: {
    zh: "构建并运行 new-image 创建的文件夹",
    en: "Build and run a folder made by new-image",
  },

  /** There is neither a prompt nor a file with one. */
  tryNoPrompt: (p: { path: string }): Text => ({
    zh: `没有任务：请用 --prompt 给出提示词，或用 --task 指定文件，或创建 ${p.path}。`,
    en: `There is no task: give --prompt or --task FILE, or write ${p.path}.`,
  }),
  /** Two sources of one thing. */
  tryPromptTwice: {
    zh: "--prompt 与 --task 不能同时使用。",
    en: "--prompt and --task cannot be used together.",
  },
  /** A file named on the command line cannot be read. */
  tryCannotRead: (p: { path: string; reason: Text }): Text => ({
    zh: `无法读取 ${p.path}：${p.reason.zh}`,
    en: `Cannot read ${p.path}: ${p.reason.en}`,
  }),
  /** Something else than a regular file is to be an input. */
  tryNotAFile: (p: { path: string }): Text => ({
    zh: `${p.path} 不是普通文件，不能作为输入。`,
    en: `${p.path} is no regular file and cannot be an input.`,
  }),
  /** A file changed while it was copied. */
  tryChanged: (p: { path: string }): Text => ({
    zh: `${p.path} 在复制过程中发生了变化，请重试。`,
    en: `${p.path} changed while it was copied; try again.`,
  }),

  tryBuilding: (p: { image: string; folder: string }): Text => ({
    zh: `正在用 ${p.folder} 构建镜像 ${p.image}…`,
    en: `Building image ${p.image} from ${p.folder}…`,
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
  /** The container went away while it ran. */
  tryGone: {
    zh: "容器在运行中消失了：它被删除，或者 Docker 引擎重启了。",
    en: "The container went away while it ran: it was removed, or the engine was restarted.",
  },

  tryCompleted: { zh: "完成", en: "Completed" },
  tryFailed: (p: { reason: Text }): Text => ({
    zh: `失败：${p.reason.zh}`,
    en: `Failed: ${p.reason.en}`,
  }),
  /** Exit code, time and memory in one line. */
  tryFacts: (p: { exitCode: string; seconds: string; memory: string }): Text => ({
    zh: `退出码 ${p.exitCode}，用时 ${p.seconds} 秒，内存峰值 ${p.memory}`,
    en: `exit code ${p.exitCode}, ${p.seconds} s, peak memory ${p.memory}`,
  }),
  tryUnknown: { zh: "未知", en: "unknown" },
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
    en: `(files in it: ${p.count})`,
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
  /** What an earlier try left cannot be removed. */
  tryCannotRemove: (p: { folder: string; reason: Text }): Text => ({
    zh: `无法删除上一次的结果 ${p.folder}：${p.reason.zh}`,
    en: `Cannot remove the earlier results in ${p.folder}: ${p.reason.en}`,
  }),

  // new-image

  newImageDescription: {
    zh: "用几个 Markdown 文件写一个智能体镜像",
    en: "Begin an agent image that is written in Markdown",
  },
  newImageFolder: { zh: "要创建的文件夹", en: "Folder to make" },
  newImageModel: {
    zh: "模型，写作 提供商/模型，例如 deepseek/deepseek-v4-pro",
    en: "Model as provider/model, for example deepseek/deepseek-v4-pro",
  },
  newImageUrl: {
    zh: "自有模型服务的地址（OpenAI 兼容接口），例如 http://host.docker.internal:8000/v1",
    en:
      "Address of a model server of your own (OpenAI's API), for example http://host.docker.internal:8000/v1",
  },
  /** The folder has something in it already. */
  newImageExists: (p: { path: string }): Text => ({
    zh: `${p.path} 已存在且不为空。请换一个文件夹。`,
    en: `${p.path} is there already and not empty. Choose another folder.`,
  }),
  /** The model's name has no provider. */
  newImageBadModel: (p: { model: string }): Text => ({
    zh: `--model ${p.model} 缺少提供商，应写作 提供商/模型，例如 deepseek/deepseek-v4-pro。`,
    en:
      `--model ${p.model} names no provider; write provider/model, for example deepseek/deepseek-v4-pro.`,
  }),
  /** An address without a model. */
  newImageUrlAlone: {
    zh: "--url 需要与 --model 一起使用，例如 --model lab/qwen3-32b。",
    en: "--url needs --model beside it, for example --model lab/qwen3-32b.",
  },
  newImageNotWritten: (p: { path: string; reason: Text }): Text => ({
    zh: `无法写入 ${p.path}：${p.reason.zh}`,
    en: `Cannot write ${p.path}: ${p.reason.en}`,
  }),
  newImageMade: (p: { path: string }): Text => ({
    zh: `已创建 ${p.path}。接下来：
  1. 在 agent.json 中选择模型（"model"）
  2. 把模型的密钥写入 secrets/api_key
  3. 修改 system-prompt.md 和 skills/，写明智能体的身份与能力
  4. 在该文件夹中运行 agent-core try，它会构建镜像并完成 task.md 中的任务`,
    en: `Made ${p.path}. Next:
  1. choose the model in agent.json ("model")
  2. put the model's key into secrets/api_key
  3. say in system-prompt.md and skills/ who the agent is and what it can do
  4. run agent-core try in that folder: it builds the image and does the task in task.md`,
  }),
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
| \`secrets/api_key\` | 模型的密钥；以只读方式挂载，不进入镜像 |
| \`task.md\` | 试运行的任务 |

\`\`\`sh
agent-core try                            # 构建镜像，完成 task.md 中的任务
agent-core try --prompt "…" --input 数据.csv
agent-core register                       # 加入一个 Server
agent-core run
\`\`\`

自有模型服务（OpenAI 兼容接口）在 \`agent.json\` 中写作：

\`\`\`json
{
  "model": "lab/qwen3-32b",
  "providers": { "lab": { "baseUrl": "http://host.docker.internal:8000/v1", "api": "openai-completions" } }
}
\`\`\`

若它运行在本机，请在 \`config.toml\` 中设 \`enable_host_access = true\`。
需要更多程序时，把它们加到 \`Dockerfile\` 的 apt-get 一行。\`image/\` 是镜像的程序，无需改动。
`,
    en: `# ${p.name}

An agent image for OpenAaaS. All that you edit:

| File | What it says |
| --- | --- |
| \`system-prompt.md\` | who the agent is and how it works |
| \`skills/NAME/SKILL.md\` | a folder for each skill: the description at its head says when to use it, the text says how; scripts and data lie beside it |
| \`agent.json\` | the model: \`model\` is \`provider/model\`; a model server of your own goes into \`providers\` |
| \`secrets/api_key\` | the model's key; mounted read-only, never in the image |
| \`task.md\` | the task to try it with |

\`\`\`sh
agent-core try                            # builds the image and does the task in task.md
agent-core try --prompt "…" --input data.csv
agent-core register                       # joins a Server
agent-core run
\`\`\`

A model server of your own (with OpenAI's API) is named in \`agent.json\` like this:

\`\`\`json
{
  "model": "lab/qwen3-32b",
  "providers": { "lab": { "baseUrl": "http://host.docker.internal:8000/v1", "api": "openai-completions" } }
}
\`\`\`

If it runs on this machine, set \`enable_host_access = true\` in \`config.toml\`.
More programs go into the apt-get line of the \`Dockerfile\`. \`image/\` is the image's own program; leave it.
`,
  }),
} satisfies Catalog;
