import { HelpCommand } from "@cliffy/command/help";

import { cliText } from "../../i18n/mod.ts";
import type { App, Program } from "../app.ts";

/** `agent-core help`: the help of the program, or of a command. */
export function helpCommand(app: App, root: Program): void {
  root.command("help", new HelpCommand()).description(app.t(cliText.helpDescription));
}
