import { cliText } from "../i18n/mod.ts";
import { VERSION } from "../util/mod.ts";
import type { App } from "./app.ts";
import { table } from "./terminal/table.ts";

/** What the help needs to know of a command. */
export interface Described {
  getName(): string;
  getPath(): string;
  getDescription(): string;
  getArgsDefinition(): string | undefined;
  getOptions(): readonly DescribedOption[];
  getCommands(): readonly Described[];
  getExamples(): readonly { readonly name: string; readonly description: string }[];
}

interface DescribedOption {
  readonly flags: readonly string[];
  readonly typeDefinition?: string;
  readonly description: string;
  readonly global?: boolean;
}

/**
 * The help of a command, in the language in use, plain and aligned for Chinese too. `-h` has the first
 * line of each description, `--help` (`long`) all of them.
 */
export function helpOf(app: App, command: Described, long: boolean): string {
  const { t } = app;
  const words = (text: string) => long ? text.trim() : text.trim().split("\n", 1)[0];
  const commands = command.getCommands();
  const own = command.getOptions().filter((option) => !option.global);
  const global = command.getOptions().filter((option) => option.global);
  const options = (list: readonly DescribedOption[]) =>
    rows(list.map((option) => [usageOf(option), words(option.description)]));
  return [
    t(cliText.helpUsage({ line: usageLine(command) })),
    "",
    words(command.getDescription()),
    ...section(
      t(cliText.helpCommands),
      rows(commands.map((child) => [
        `${child.getName()} ${plain(child.getArgsDefinition() ?? "")}`.trim(),
        child.getDescription().trim().split("\n", 1)[0],
      ])),
    ),
    ...section(t(cliText.helpOptions), options(own)),
    ...section(t(cliText.helpGlobalOptions), options(global)),
    ...section(
      t(cliText.helpExamples),
      table(command.getExamples().map(({ name, description }) => [description, `# ${name}`]), {
        indent: 2,
        gap: 3,
      }),
    ),
    ...(commands.length > 0 ? ["", t(cliText.helpMore)] : []),
    ...(command.getPath().includes(" ") ? [] : ["", `agent-core ${VERSION}`]),
  ].join("\n");
}

function usageLine(command: Described): string {
  const { length } = command.getCommands();
  const [root, ...path] = command.getPath().split(" ");
  // The program itself does nothing without a command; a command may.
  const further = length === 0 ? "" : path.length === 0 ? "COMMAND" : "[COMMAND]";
  const rest = [further, plain(command.getArgsDefinition() ?? "")];
  return [root, "[OPTIONS]", ...path, ...rest].filter((word) => word !== "").join(" ");
}

function usageOf({ flags, typeDefinition = "" }: DescribedOption): string {
  // Long names stand below each other whether or not there is a short one.
  const [first = ""] = flags;
  const names = flags.join(", ");
  return `${first.startsWith("--") ? "    " : ""}${names} ${plain(typeDefinition)}`.trimEnd();
}

/** `<file:string>` as a person writes it: `FILE`; `[task:string]`: `[TASK]`. */
function plain(definition: string): string {
  return definition.replaceAll(/([<[])([^:>\]]+)[^>\]]*[>\]]/g, (_, bracket, name) => {
    const upper = String(name).toUpperCase();
    return bracket === "[" ? `[${upper}]` : upper;
  });
}

/** Two columns; further lines of a description stand below its first. */
function rows(list: readonly (readonly [string, string])[]): string[] {
  return table(
    list.flatMap(([left, right]) =>
      right.split("\n").map((line, index) => [index === 0 ? left : "", line])
    ),
    { indent: 2, gap: 3 },
  );
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", title, ...lines];
}
