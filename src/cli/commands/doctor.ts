import { cliText, doctorText } from "../../i18n/mod.ts";
import type { App, Program } from "../app.ts";

/** `agent-core doctor`: what a newcomer gets wrong, and how to mend it. */
export function doctorCommand(app: App, program: Program): void {
  program.command("doctor", app.t(doctorText.description))
    .option("--data-dir <dir:string>", app.t(cliText.optionDataDir))
    .example(app.t(cliText.exampleDefault), "agent-core doctor")
    .action(async (options) => {
      const { doctor } = await import("../doctor/doctor.ts");
      await doctor(app, options);
    });
}
