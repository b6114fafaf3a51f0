import type { Command } from "@cliffy/command";

import { cliText } from "../i18n/mod.ts";
import type { App, GlobalOptions } from "./app.ts";

/** `agent-core demo`: a whole task, from submit to result, without an account or a configuration. */
export function demoCommand(app: App, program: Command): void {
  program.command("demo", app.t(cliText.demoDescription))
    .example(app.t(cliText.exampleDefault), "agent-core demo")
    .action(async (options) => {
      const { demo } = await import("./demo.ts");
      await demo(app, options as GlobalOptions);
    });
}
