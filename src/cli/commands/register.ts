import { cliText } from "../../i18n/mod.ts";
import type { App, Program } from "../app.ts";

/** `agent-core register`: trades the Server's one-time token for the agent's own key. */
export function registerCommand(app: App, program: Program): void {
  program.command("register", app.t(cliText.registerDescription))
    .option("-t, --token <token:string>", app.t(cliText.registerToken))
    .option("-n, --name <name:string>", app.t(cliText.registerName))
    .option("-f, --force", app.t(cliText.registerForce))
    .option("--discard", app.t(cliText.registerDiscard), { depends: ["force"] })
    .example(app.t(cliText.exampleAskToken), "agent-core register")
    .example(app.t(cliText.exampleDefault), "agent-core register --token rt_… --name lab-3")
    .action(async (options) => {
      const { register } = await import("../setup/register.ts");
      await register(app, options);
    });
}
