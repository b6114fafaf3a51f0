import { cliText } from "../../i18n/mod.ts";
import type { App, GlobalOptions, Program } from "../app.ts";

/** The options of `dev-server`. */
export interface DevServerOptions extends GlobalOptions {
  readonly port?: number;
}

/** `agent-core dev-server`: a Server in memory, for authors of images and for tests. */
export function devServerCommand(app: App, program: Program): void {
  program.command("dev-server", app.t(cliText.devServerDescription))
    .option("-p, --port <port:integer>", app.t(cliText.devServerPort))
    .example(app.t(cliText.exampleDefault), "agent-core dev-server --port 8080")
    .action(async (options) => {
      const { devServer } = await import("../dev_server.ts");
      await devServer(app, options);
    });
}
