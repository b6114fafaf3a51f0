/** Stand-in for `@cliffy/command/help`. */
import type { AnyCommand } from "./any_command.ts";
import { Command, ValidationError } from "./command.ts";
import { didYouMean } from "./errors.ts";

/** `help [command]`: shows the help of the command it belongs to, or of one of its children. */
export class HelpCommand extends Command {
  constructor() {
    super();
    this.arguments("[command:string:command]")
      .complete("command", (_, parent) => namesOf(parent ?? this))
      .description("Show this help or the help of a sub-command.")
      .action((_, name) => {
        const parent = this.getParent() ?? this;
        (name === undefined ? parent : childNamed(parent, name)).showHelp();
        Deno.exit(0);
      });
  }
}

function namesOf(parent: AnyCommand): string[] {
  return parent.getCommands().map((command) => command.getName());
}

function childNamed(parent: AnyCommand, name: string): AnyCommand {
  const child = parent.getCommand(name);
  if (child !== undefined) return child;
  const names = namesOf(parent);
  throw new ValidationError(`Unknown command "${name}".${didYouMean("command", name, names)}`);
}
