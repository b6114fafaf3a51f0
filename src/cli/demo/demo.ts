import { join } from "@std/path";

import { startAgent } from "../../agent/mod.ts";
import { loadConfig } from "../../config/mod.ts";
import { type DevServer, type DevTask, startDevServer } from "../../devserver/mod.ts";
import { findEngine } from "../../docker/mod.ts";
import { cliText, Failure, tasksText, type Text, verbatim } from "../../i18n/mod.ts";
import type { AttemptRow } from "../../journal/mod.ts";
import { register } from "../../server/mod.ts";
import { VERSION } from "../../util/mod.ts";
import { type App, appLogger, type GlobalOptions } from "../app.ts";
import { DEMO_IMAGE, ensureDemoImage } from "./image.ts";

/** What the task does: counts the words of its input, so that one sees the input come in and files go out. */
const SCRIPT = [
  "set -e",
  "cd /workspace",
  'words=$(wc -w < "$(ls input/*)")',
  'echo "task $TASK_ID: counting words"',
  'printf "# Words\\n\\n%s words in %s\\n" "$words" "$(ls input)" > output/response.md',
  "cp input/* output/",
].join("; ");
const INPUT = "OpenAaaS runs a task next to the data of the lab that knows it best.\n";
const TIMEOUT_MS = 120_000;

/** Shows a whole task, from submit to result, without an account or a configuration. */
export async function demo(app: App, options: GlobalOptions): Promise<void> {
  const begin = performance.now();
  const tell = (what: Text) => {
    const seconds = ((performance.now() - begin) / 1000).toFixed(2).padStart(6);
    app.print(`${seconds} s  ${app.t(what)}`);
  };
  app.print(cliText.demoTitle);
  await ensureDemoImage(await findEngine({ env: app.env }), tell);
  const folder = await Deno.makeTempDir({ prefix: "agent-core-demo-" });
  try {
    await using server = await startDevServer();
    tell(cliText.demoServer({ url: server.url }));
    const task = await runOne(app, options, { server, folder, tell });
    await show(app, server, task);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  app.print(cliText.demoNext);
}

interface Stage {
  readonly server: DevServer;
  readonly folder: string;
  readonly tell: (what: Text) => void;
}

/** Registers, starts an agent, submits one task and waits for its end. */
async function runOne(app: App, options: GlobalOptions, stage: Stage): Promise<DevTask> {
  const { server, folder, tell } = stage;
  const service = server.createService("demo");
  const { serviceId, apiKey } = await register({
    baseUrl: server.url,
    useSystemProxy: false,
    token: service.registrationToken,
    capacity: 1,
  });
  tell(cliText.demoRegistered({ serviceId }));
  const path = join(folder, "config.toml");
  await Deno.writeTextFile(path, demoConfig(server.url, serviceId, apiKey), { mode: 0o600 });
  const { config } = await loadConfig({ path, env: {} });
  const ready = Promise.withResolvers<void>();
  const agent = startAgent({
    config,
    configPath: path,
    version: VERSION,
    env: app.env,
    lang: app.lang,
    log: appLogger(app, { logLevel: options.logLevel ?? "error" }),
    proxies: {},
    onReady: ready.resolve,
    onProgress: (_row: AttemptRow, what) => {
      try {
        tell(what);
      } catch {
        // Thrown here it would end the agent; the demo's own next line meets the same error.
      }
    },
  });
  try {
    await Promise.race([ready.promise, agent.gone]);
    const { id } = await server.submit({
      serviceId,
      prompt: app.t(cliText.demoPrompt),
      files: [{ name: "words.txt", content: INPUT }],
    });
    tell(cliText.demoSubmitted({ taskId: id }));
    return await Promise.race([
      server.waitFor(id, "ended", { timeoutMs: TIMEOUT_MS }),
      agent.gone.then(() => Promise.reject(new Failure(cliText.demoAgentGone))),
    ]);
  } finally {
    agent.end("drain");
    await agent.gone.catch(() => {});
  }
}

function demoConfig(baseUrl: string, serviceId: string, apiKey: string): string {
  const q = JSON.stringify;
  return `[server]
base_url = ${q(baseUrl)}
poll_interval_secs = 1
[agent]
service_id = ${q(serviceId)}
api_key = ${q(apiKey)}
[executor]
executor_type = "custom"
image = ${q(DEMO_IMAGE)}
capacity = 1
custom_entrypoint = ["/bin/sh", "-c"]
custom_args = [${q(SCRIPT)}]
[paths]
data_dir = "data"
[disk]
min_free = "64m"
critical_free = "32m"
`;
}

/** The result as its user sees it; a task that failed is a failed demo. */
async function show(app: App, server: DevServer, task: DevTask): Promise<void> {
  if (task.status !== "completed") {
    const status = task.status === "cancelled" ? tasksText.cancelled : tasksText.failed;
    throw new Failure(cliText.demoFailed({ status, message: task.errorMessage ?? "" }));
  }
  app.print("");
  app.print(cliText.demoResult({ status: tasksText.completed }));
  for (const file of server.files(task.id)) {
    if (file.createdBy !== "agent") continue;
    const content = new TextDecoder().decode(await server.fileBytes(file.id));
    app.print(cliText.demoFile({ name: file.name, bytes: file.sizeBytes }));
    for (const line of content.trimEnd().split("\n")) app.print(verbatim(`  │ ${line}`));
  }
  const stdout = String(task.output?.stdout ?? "").trimEnd();
  app.print(cliText.demoStdout({ words: stdout }));
  app.print("");
}
