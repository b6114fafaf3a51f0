import type { StatusReport, StopMode } from "../../daemon/mod.ts";
import { cliText } from "../../i18n/mod.ts";
import { type App, EXIT, type Program, UsageFailure } from "../app.ts";

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** `agent-core stop`: ends the agent of a data folder; its tasks go on without it unless asked otherwise. */
export function stopCommand(app: App, program: Program): void {
  program.command("stop", app.t(cliText.stopDescription))
    .option("--drain", app.t(cliText.stopDrain))
    .option("--cancel-tasks", app.t(cliText.stopCancelTasks), { conflicts: ["drain"] })
    .option("--timeout <time:string>", app.t(cliText.stopTimeout))
    .option("--data-dir <dir:string>", app.t(cliText.optionDataDir))
    .example(app.t(cliText.exampleDefault), "agent-core stop")
    .example(app.t(cliText.exampleDrain), "agent-core stop --drain --timeout 2h")
    .action(async (options) => {
      const { drain, cancelTasks, timeout } = options;
      const mode = drain ? "drain" : cancelTasks ? "cancel-tasks" : "leave";
      const timeoutMs = timeout === undefined ? undefined : timeoutOf(timeout, mode);
      const { dataDirOf } = await import("../load.ts");
      const { stopAgent } = await import("../../daemon/mod.ts");
      const dataDir = await dataDirOf(app, options);
      const result = await stopAgent({ dataDir, mode, timeoutMs, onProgress: progressOf(app) });
      switch (result.outcome) {
        case "not_running":
          app.print(cliText.stopNotRunning({ dataDir }));
          app.exitCode = EXIT.notRunning;
          return;
        case "stopped":
          app.print(result.by === "kill" ? cliText.killed : cliText.stopped);
          if (mode === "leave") app.print(cliText.containersGoOn);
          return;
        case "still_busy":
          app.print(cliText.stillBusy({ count: result.status?.tasks.length }));
          app.exitCode = EXIT.stillBusy;
      }
    });
}

function timeoutOf(timeout: string, mode: StopMode): number {
  if (mode === "leave") throw new UsageFailure(cliText.timeoutAlone);
  const ms = parseTime(timeout);
  if (ms === undefined) throw new UsageFailure(cliText.badTime({ value: timeout }));
  return ms;
}

/** Milliseconds of `90s`, `30m`, `2h`, or of plain seconds; undefined when it is none of these. */
export function parseTime(text: string): number | undefined {
  const [, number, unit = "s"] = /^(\d{1,9}(?:\.\d{1,3})?)\s*([smh])?$/.exec(text.trim()) ?? [];
  return number === undefined ? undefined : Number(number) * UNIT_MS[unit as keyof typeof UNIT_MS];
}

/** Says how many tasks are waited for, whenever that changes. */
function progressOf(app: App): (status: StatusReport) => void {
  let last: number | undefined;
  return ({ tasks: { length: count } }) => {
    if (count !== last && count > 0) app.say(cliText.waitingForTasks({ count }));
    last = count;
  };
}
