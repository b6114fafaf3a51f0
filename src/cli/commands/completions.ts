import { CompletionsCommand } from "@cliffy/command/completions";

import { cliText } from "../../i18n/mod.ts";
import type { App, Program } from "../app.ts";

/** `agent-core completions`: what a shell offers at a press of Tab. */
export function completionsCommand(app: App, root: Program): void {
  const completions = new CompletionsCommand();
  completions.description(app.t(cliText.completionsDescription));
  for (const shell of completions.getCommands()) {
    shell.description(app.t(cliText.completionsFor({ shell: shell.getName() })));
  }
  root.command("completions", completions)
    .example(app.t(cliText.exampleBash), "source <(agent-core completions bash)")
    .example(app.t(cliText.exampleZsh), "source <(agent-core completions zsh)")
    .example(app.t(cliText.exampleFish), "agent-core completions fish | source");
}
