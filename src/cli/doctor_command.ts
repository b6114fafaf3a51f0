import type { Command } from "@cliffy/command";

import { cliText, doctorText } from "../i18n/mod.ts";
import type { App } from "./app.ts";
import type { DataDirOption } from "./load.ts";

/** `agent-core doctor`: what a newcomer gets wrong, and how to mend it. */
export function doctorCommand(app: App, program: Command): void {
  program.command("doctor", app.t(doctorText.description))
    .option("--data-dir <dir:string>", app.t(cliText.optionDataDir))
    .example(app.t(cliText.exampleDefault), "agent-core doctor")
    .action(async (options) => {
      const { doctor } = await import("./doctor/doctor.ts");
      await doctor(app, options as DataDirOption);
    });
}
