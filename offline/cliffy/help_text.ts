import { paint } from "./colors.ts";
import type { AnyCommand } from "./any_command.ts";
import { dedent, describe, flagOf, parseDefinition } from "./definition.ts";
import { table } from "./table.ts";
import type { Argument, HelpOptions, Option } from "./types.ts";

const INDENT = 2;
const WIDTH = 150;

/** The help of a command, laid out like the real one's: sections, aligned columns, fixed width. */
export function helpText(cmd: AnyCommand, options: HelpOptions = {}): string {
  const view = new HelpView(options);
  return view.header(cmd) + view.description(cmd) + view.arguments(cmd) + view.options(cmd) +
    view.commands(cmd) + view.examples(cmd);
}

class HelpView {
  readonly #settings: Required<HelpOptions>;
  readonly #paint;

  constructor(options: HelpOptions) {
    this.#settings = { colors: true, long: false, ...options };
    this.#paint = paint(this.#settings.colors);
  }

  header(cmd: AnyCommand): string {
    const usage = [cmd.getPath(), this.#values(cmd.getUsage())].join(" ").trim();
    const rows = [[this.#paint.bold("Usage:"), this.#paint.magenta(usage)]];
    const version = cmd.getVersion();
    if (version) rows.push([this.#paint.bold("Version:"), this.#paint.yellow(version)]);
    return "\n" + table(rows, { indent: 0, widest: WIDTH });
  }

  description(cmd: AnyCommand): string {
    if (cmd.getDescription() === "") return "";
    return this.#section("Description", [[describe(cmd.getDescription(), this.#settings.long)]]);
  }

  arguments(cmd: AnyCommand): string {
    const described = cmd.getArguments().filter((argument) => argument.description);
    return this.#section(
      "Arguments",
      described.map((argument) => [
        this.#values(argument.raw),
        this.#dash(argument.description ?? ""),
        hintText(argument.optional ? [] : [this.#paint.yellow("required")]),
      ]),
    );
  }

  options(cmd: AnyCommand): string {
    const options = cmd.getOptions();
    const withValues = options.some((option) => option.typeDefinition !== "");
    return this.#section(
      "Options",
      options.map((option) => [
        option.flags.map(this.#paint.blue).join(", "),
        ...(withValues ? [this.#values(option.typeDefinition)] : []),
        this.#dash(option.description),
        this.#optionHints(option),
      ]),
    );
  }

  commands(cmd: AnyCommand): string {
    const commands = cmd.getCommands();
    const withArguments = commands.some((command) => command.getArgsDefinition());
    return this.#section(
      "Commands",
      commands.map((command) => [
        this.#paint.blue(command.getName()),
        ...(withArguments ? [this.#values(command.getArgsDefinition() ?? "")] : []),
        this.#paint.red("-") + " " + command.getShortDescription(),
      ]),
    );
  }

  examples(cmd: AnyCommand): string {
    return this.#section(
      "Examples",
      cmd.getExamples().map((
        { name, description },
      ) => [this.#paint.dim(name), dedent(description)]),
    );
  }

  #section(label: string, rows: string[][]): string {
    if (rows.length === 0) return "";
    const body = table(rows, { indent: INDENT, widest: rows[0].length === 1 ? WIDTH : undefined });
    return "\n" + this.#paint.bold(`${label}:`) + "\n\n" + body;
  }

  #dash(description: string): string {
    return this.#paint.red("-") + " " + describe(description, this.#settings.long);
  }

  #values(definition: string): string {
    return definition.split(" ").map((word) => {
      const [argument] = /^[<[]/.test(word) ? parseDefinition(word) : [];
      return argument === undefined ? word : valueText(argument);
    }).join(" ");
  }

  #optionHints(option: Option): string {
    const hints: string[] = [];
    if (option.required) hints.push(this.#paint.yellow("required"));
    if (option.default !== undefined) {
      hints.push(this.#paint.bold("Default: ") + Deno.inspect(option.default));
    }
    if (option.depends?.length) hints.push(`Depends: ${option.depends.map(flagOf).join(", ")}`);
    if (option.conflicts?.length) {
      hints.push(`Conflicts: ${option.conflicts.map(flagOf).join(", ")}`);
    }
    return hintText(hints);
  }
}

function valueText({ name, optional, variadic }: Argument): string {
  const [open, close] = optional ? ["[", "]"] : ["<", ">"];
  return open + name + (variadic ? "..." : "") + close;
}

function hintText(hints: readonly string[]): string {
  return hints.length > 0 ? `(${hints.join(", ")})` : "";
}
