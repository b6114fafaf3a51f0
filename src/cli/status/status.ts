import type { Config } from "../../config/mod.ts";
import { callControl, ControlFailure, NotRunning, type StatusReport } from "../../daemon/mod.ts";
import { Failure, statusText, type Text, verbatim } from "../../i18n/mod.ts";
import { type App, EXIT } from "../app.ts";
import { type DataDirOption, isRegistered, load } from "../load.ts";
import { ago } from "../terminal/ago.ts";
import { table } from "../terminal/table.ts";

/** The options of `status`. */
export interface StatusOptions extends DataDirOption {
  readonly json?: boolean;
}

/** What became of the question to the agent. */
type Answer =
  | { readonly state: "running"; readonly report: StatusReport }
  /** It is there, but does not answer. */
  | { readonly state: "silent"; readonly why: Text }
  /** Whether it is there cannot be found out: it may be another user's. */
  | { readonly state: "unknown"; readonly why: Text }
  | { readonly state: "not_running" };

/** Shows the configuration in force, and what the running agent says of itself. */
export async function status(app: App, options: StatusOptions): Promise<void> {
  const { config, path } = await load(app, options, { "paths.data_dir": options.dataDir });
  const answer = await ask(config);
  if (answer.state === "not_running") app.exitCode = EXIT.notRunning;
  if (answer.state === "unknown") app.exitCode = EXIT.failed;
  if (options.json) return app.print(JSON.stringify(asJson(config, path, answer), null, 2));
  const lines = [...settings(config, path), "", ...live(app, answer)];
  app.print(lines.map((line) => typeof line === "string" ? line : app.t(line)).join("\n"));
}

async function ask({ paths: { dataDir } }: Config): Promise<Answer> {
  try {
    const report = await callControl({ dataDir, request: { command: "status" } });
    return { state: "running", report };
  } catch (error) {
    if (error instanceof NotRunning) return { state: "not_running" };
    if (error instanceof ControlFailure) return { state: "silent", why: error.text };
    if (error instanceof Failure) return { state: "unknown", why: error.text };
    throw error;
  }
}

function settings(config: Config, path: string): (Text | string)[] {
  const { server, agent, executor, paths } = config;
  return [
    statusText.statusTitle,
    "====================",
    statusText.statusConfig({ path }),
    statusText.statusDataDir({ path: paths.dataDir }),
    "",
    `Server URL: ${server.baseUrl}`,
    statusText.statusPollInterval({ seconds: server.pollIntervalSecs }),
    "",
    isRegistered(config) ? statusText.statusRegistered : statusText.statusNotRegistered,
    ...(agent.serviceId !== undefined ? [`Service ID: ${agent.serviceId}`] : []),
    statusText.statusAgentName({ name: agent.name }),
    "",
    statusText.statusExecutor,
    statusText.statusImage({ image: executor.image }),
    statusText.statusCapacity({ capacity: executor.capacity }),
    statusText.statusTimeout({ minutes: executor.timeoutMinutes }),
  ];
}

function live(app: App, answer: Answer): (Text | string)[] {
  if (answer.state === "not_running") return [statusText.statusNotRunning];
  if (answer.state === "unknown") return [statusText.statusUnknown({ why: answer.why })];
  if (answer.state === "silent") return [statusText.statusSilent({ why: answer.why })];
  const { report } = answer;
  const since = (time: number) => ago(Date.now() - time);
  return [
    report.ready
      ? statusText.statusRunning({ pid: report.pid, since: since(report.startedAt) })
      : statusText.statusStarting({ pid: report.pid }),
    ...(report.starting ? [statusText.statusDoing({ what: report.starting })] : []),
    ...(report.draining ? [statusText.statusDraining] : []),
    statusText.statusEngine({
      engine: report.engine?.detail
        ? verbatim(report.engine.detail)
        : statusText.statusEngineUnknown,
    }),
    report.lastHeartbeatAt === undefined
      ? statusText.statusNoHeartbeat
      : statusText.statusHeartbeat({ since: since(report.lastHeartbeatAt) }),
    ...(report.server?.message
      ? [statusText.statusServerTrouble({ why: report.server.message })]
      : []),
    ...(report.obstacle ? [statusText.statusObstacle({ why: report.obstacle })] : []),
    ...(report.others ? [report.others] : []),
    report.lastError && report.lastErrorAt !== undefined
      ? statusText.statusLastError({ why: report.lastError, since: since(report.lastErrorAt) })
      : statusText.statusNoError,
    ...(report.undelivered ? [statusText.statusUndelivered({ count: report.undelivered })] : []),
    ...(report.undeliverable
      ? [statusText.statusUndeliverable({ count: report.undeliverable })]
      : []),
    ...(report.inDoubt?.length
      ? [statusText.statusInDoubt({
        count: report.inDoubt.length,
        tasks: report.inDoubt.slice(0, 5).join(", "),
      })]
      : []),
    ...(report.gpus ? [statusText.statusGpus, ...gpuLines(app, report.gpus)] : []),
    statusText.statusTasks({ count: report.tasks.length }),
    ...table(
      report.tasks.map((task) => [
        task.taskId,
        app.t(statusText.stateNames[task.state] ?? verbatim(task.state)),
        app.t(since(task.startedAt)),
      ]),
      { indent: 2 },
    ),
  ];
}

function gpuLines(app: App, gpus: NonNullable<StatusReport["gpus"]>): string[] {
  const rows = gpus.map(({ id, taskIds }) => [id, taskIds.join(", ") || app.t(statusText.gpuFree)]);
  return table(rows, { indent: 2 });
}

function asJson(config: Config, path: string, answer: Answer) {
  const { server, agent, executor, paths } = config;
  return {
    config_file: path,
    data_dir: paths.dataDir,
    server_url: server.baseUrl,
    poll_interval_secs: server.pollIntervalSecs,
    registered: agent.serviceId !== undefined && agent.apiKey !== undefined,
    service_id: agent.serviceId ?? null,
    agent_name: agent.name,
    executor: {
      image: executor.image,
      capacity: executor.capacity,
      timeout_minutes: executor.timeoutMinutes,
    },
    running: answer.state === "unknown" ? null : answer.state !== "not_running",
    agent: answer.state === "running" ? answer.report : null,
  };
}
