import { cliText } from "../../i18n/mod.ts";
import type { App, Program } from "../app.ts";

/** `agent-core demo`: a whole task, from submit to result, without an account or a configuration. */
export function demoCommand(app: App, program: Program): void {
  program.command("demo", app.t(cliText.demoDescription))
    .example(app.t(cliText.exampleDefault), "agent-core demo")
    .action(async (options) => {
      const { demo } = await import("../demo/demo.ts");
      await demo(app, options);
    });
}
