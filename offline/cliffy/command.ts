/** Stand-in for the part of `@cliffy/command` that agent-core uses. See ../README.md. */
import type { AnyCommand } from "./any_command.ts";
import { paint } from "./colors.ts";
import { describe, parseDefinition, splitFlags } from "./definition.ts";
import type { Added, AllOptions, Child, CommandResult, GivenOn } from "./command_types.ts";
import { ValidationError } from "./errors.ts";
import { helpText } from "./help_text.ts";
import { parseFlags, type ParseState } from "./parse_flags.ts";
import { readArguments } from "./read_arguments.ts";
import type {
  Argument,
  Completion,
  Example,
  Fields,
  HelpOptions,
  Merge,
  OneOf,
  Option,
  OptionOptions,
  TypedArguments,
  TypedCommandArguments,
  TypedOption,
} from "./types.ts";

export { ValidationError };

/** Makes the help of a command. */
type HelpHandler = (this: AnyCommand, cmd: AnyCommand, options: HelpOptions) => string;

interface BuiltIn {
  flags: string;
  description: string;
}

interface Settings {
  name: string;
  version?: string;
  description: string;
  argumentsDefinition?: string;
  argumentDescriptions?: string[];
  exit?: boolean;
  throwErrors?: boolean;
  help?: HelpHandler;
  action?: (options: never, ...args: never) => unknown;
  globalCompletions: Completion[];
  helpOption: BuiltIn;
}

const VERSION_OPTION: BuiltIn = {
  flags: "-V, --version",
  description: "Show the version number for this program.",
};

/**
 * A command with its options, arguments and sub-commands. The type parameters are the real one's, in its
 * order: `ParentGlobals` are the options that it has from its parents, `Options` its own, `Arguments` what
 * its action gets after them, `Globals` the options that it gives on, `Parent` the command that it was
 * added to. `void` stands for none. The types of own values (`ParentTypes` and the like) are not used.
 */
export class Command<
  ParentGlobals extends Fields | void = void,
  ParentTypes extends Fields | void = void,
  Options extends Fields | void = void,
  Arguments extends unknown[] = [],
  Globals extends Fields | void = void,
  Types extends Fields | void = void,
  GlobalTypes extends Fields | void = void,
  Parent extends AnyCommand | undefined = undefined,
> {
  /** As in the real one: what makes a command with a parent another type than one without. */
  declare parent?: Parent;
  readonly #settings: Settings = {
    name: "COMMAND",
    description: "",
    globalCompletions: [],
    helpOption: { flags: "-h, --help", description: "Show this help." },
  };
  readonly #options: Option[] = [];
  readonly #examples: Example[] = [];
  readonly #completions: Completion[] = [];
  readonly #commands = new Map<string, AnyCommand>();
  #parent?: AnyCommand;
  /** What the methods that describe a command talk of: this one or one of its children. */
  #selected: AnyCommand = this;
  #hasDefaults = false;

  name(name: string): this {
    this.#selected.#settings.name = name;
    return this;
  }

  version(version: string): this {
    this.#selected.#settings.version = version;
    return this;
  }

  description(description: string): this {
    this.#selected.#settings.description = description;
    return this;
  }

  example(name: string, description: string): this {
    this.#selected.#examples.push({ name, description });
    return this;
  }

  arguments<const Text extends string>(
    definition: Text,
    descriptions?: string[],
  ): Command<
    ParentGlobals,
    ParentTypes,
    Options,
    TypedArguments<Text>,
    Globals,
    Types,
    GlobalTypes,
    Parent
  > {
    this.#selected.#settings.argumentsDefinition = definition;
    this.#selected.#settings.argumentDescriptions = descriptions;
    return this as AnyCommand;
  }

  option<
    const Flags extends string,
    Required extends boolean | undefined = undefined,
    Collect extends boolean | undefined = undefined,
    const Default = undefined,
    Mapped = undefined,
  >(
    flags: Flags,
    description: string,
    options?: OptionOptions<Required, Collect, Default, Mapped>,
  ): Command<
    ParentGlobals,
    ParentTypes,
    Merge<Options, TypedOption<Flags, Required, Collect, Default, Mapped>>,
    Arguments,
    Globals,
    Types,
    GlobalTypes,
    Parent
  > {
    this.#selected.#declare(flags, description, options);
    return this as AnyCommand;
  }

  /** An option of this command and of all below it. */
  globalOption<
    const Flags extends string,
    Required extends boolean | undefined = undefined,
    Collect extends boolean | undefined = undefined,
    const Default = undefined,
    Mapped = undefined,
  >(
    flags: Flags,
    description: string,
    options?: OptionOptions<Required, Collect, Default, Mapped>,
  ): Command<
    ParentGlobals,
    ParentTypes,
    Options,
    Arguments,
    Merge<Globals, TypedOption<Flags, Required, Collect, Default, Mapped>>,
    Types,
    GlobalTypes,
    Parent
  > {
    this.#selected.#declare(flags, description, { ...options, global: true });
    return this as AnyCommand;
  }

  /** Says what a shell is to offer for values whose action has this name. */
  complete(name: string, complete: Completion["complete"]): this {
    this.#selected.#completions.push({ name, complete });
    return this;
  }

  /** The same, for this command and all below it. */
  globalComplete(name: string, complete: Completion["complete"]): this {
    this.#selected.#settings.globalCompletions.push({ name, complete });
    return this;
  }

  /** Replaces the help option. */
  helpOption(flags: string, description: string): this {
    this.#selected.#settings.helpOption = { flags, description };
    return this;
  }

  /** Adds a sub-command and selects it. A command that knows other global options is refused. */
  command<C extends Child<GivenOn<Parent, ParentGlobals, Globals>>>(
    name: string,
    cmd: C,
  ): Added<C, GivenOn<Parent, ParentGlobals, Globals>, OneOf<Parent, this>>;
  command<const Text extends string>(
    nameAndArguments: Text,
    description?: string,
  ): Command<
    GivenOn<Parent, ParentGlobals, Globals>,
    void,
    void,
    TypedCommandArguments<Text>,
    void,
    void,
    void,
    OneOf<Parent, this>
  >;
  command(nameAndArguments: string, cmdOrDescription?: AnyCommand | string): AnyCommand {
    const { flags: [name], typeDefinition } = splitFlags(nameAndArguments);
    const cmd = cmdOrDescription instanceof Command ? cmdOrDescription : new Command();
    cmd.reset();
    cmd.#settings.name = name;
    cmd.#parent = this;
    if (typeof cmdOrDescription === "string") cmd.description(cmdOrDescription);
    if (typeDefinition !== "") cmd.arguments(typeDefinition);
    this.#commands.set(name, cmd);
    this.#selected = cmd;
    return this;
  }

  /** Selects this command again after one of its children. */
  reset(): OneOf<Parent, this> {
    this.#selected = this;
    return this as OneOf<Parent, this>;
  }

  action(
    fn: (options: AllOptions<ParentGlobals, Globals, Options>, ...args: Arguments) => unknown,
  ): this {
    this.#selected.#settings.action = fn as Settings["action"];
    return this;
  }

  help(help: HelpHandler | HelpOptions): this {
    this.#selected.#settings.help = typeof help === "function"
      ? help
      : (cmd, options) => helpText(cmd, { ...help, ...options });
    return this;
  }

  /** Lets `parse` reject instead of printing; holds for the commands below too. */
  throwErrors(): this {
    this.#selected.#settings.throwErrors = true;
    return this;
  }

  /** Neither ends the process after an error nor after --help and --version. */
  noExit(): this {
    this.#selected.#settings.exit = false;
    return this.throwErrors();
  }

  /** Reads the arguments of a command line and runs what they ask for. */
  async parse(
    args: string[] = Deno.args,
  ): Promise<CommandResult<AllOptions<ParentGlobals, Globals, Options>, Arguments>> {
    const state: ParseState = {
      words: args.slice(),
      flags: {},
      defaulted: new Set(),
      literal: [],
      given: [],
    };
    return await this.#parse(state) as CommandResult<
      AllOptions<ParentGlobals, Globals, Options>,
      Arguments
    >;
  }

  getName(): string {
    return this.#settings.name;
  }

  getParent(): Parent {
    return this.#parent as Parent;
  }

  getMainCommand(): AnyCommand {
    return this.#parent?.getMainCommand() ?? (this);
  }

  /** The names from the root to this command. */
  getPath(): string {
    const own = this.#settings.name;
    return this.#parent === undefined ? own : `${this.#parent.getPath()} ${own}`;
  }

  getVersion(): string | undefined {
    return this.#settings.version ?? this.#parent?.getVersion();
  }

  getDescription(): string {
    return this.#settings.description;
  }

  getShortDescription(): string {
    return describe(this.getDescription(), false);
  }

  getArgsDefinition(): string | undefined {
    return this.#settings.argumentsDefinition;
  }

  getArguments(): Argument[] {
    const { argumentsDefinition = "", argumentDescriptions } = this.#settings;
    return parseDefinition(argumentsDefinition, argumentDescriptions);
  }

  getUsage(): string {
    const required = this.getOptions().filter((option) => option.required).map((option) => {
      const flag = option.flags.find((flag) => flag.startsWith("--")) ?? option.flags[0];
      return `${flag} ${option.typeDefinition}`.trim();
    });
    return [this.getArgsDefinition() ?? "", ...required].join(" ").trim();
  }

  getExamples(): Example[] {
    return this.#examples;
  }

  /** The options of this command and those it has from its parents. */
  getOptions(hidden = false): Option[] {
    this.#addDefaults();
    const own = new Set(this.#options.map((option) => option.name));
    const inherited = (this.#parent?.getOptions(true) ?? [])
      .filter((option) => option.global && !own.has(option.name));
    return [...inherited, ...this.#options].filter((option) => hidden || !option.hidden);
  }

  getCommands(): AnyCommand[] {
    return [...this.#commands.values()];
  }

  getCommand(name: string): AnyCommand | undefined {
    return this.#commands.get(name);
  }

  /** The completion of that name: this command's own, or a global one of its parents. */
  getCompletion(name: string): Completion | undefined {
    const known = (completions: Completion[]) => completions.find((one) => one.name === name);
    return known(this.#completions) ??
      this.#inherited(({ globalCompletions }) => known(globalCompletions));
  }

  getHelp(options: HelpOptions = {}): string {
    const handler = this.#inherited((settings) => settings.help);
    if (handler === undefined) return helpText(this, options);
    return handler.call(this, this, options);
  }

  showHelp(options?: HelpOptions): void {
    console.log(this.getHelp(options));
  }

  #declare(text: string, description: string, options: OptionOptions = {}): Option {
    const { flags, typeDefinition } = splitFlags(text);
    const names = flags.map((flag) => flag.replace(/^-+/, ""));
    const name = names[Math.max(0, flags.findIndex((flag) => flag.startsWith("--")))];
    if (this.#options.some((option) => option.flags.some((flag) => flags.includes(flag)))) {
      throw new Error(`An option with name '--${name}' is already registered.`);
    }
    const option: Option = {
      ...options,
      name,
      flags,
      description,
      args: parseDefinition(typeDefinition),
      typeDefinition,
    };
    this.#options.push(option);
    return option;
  }

  /** --help everywhere by the root's, --version at the root alone. */
  #addDefaults(): void {
    if (this.#hasDefaults || this.#parent !== undefined) return;
    this.#hasDefaults = true;
    const { helpOption, version } = this.#settings;
    const own = this.#options.splice(0);
    this.#addBuiltIn(helpOption, true, (cmd, long) => cmd.showHelp({ long }));
    if (version !== undefined) {
      const { bold, blue } = paint(true);
      const whole = `${bold(this.getName())} ${blue(version)}`;
      this.#addBuiltIn(VERSION_OPTION, false, (_, long) => console.log(long ? whole : version));
    }
    this.#options.push(...own);
  }

  /** @param show is told whether the long flag was given */
  #addBuiltIn(
    { flags, description }: BuiltIn,
    global: boolean,
    show: (cmd: AnyCommand, long: boolean) => void,
  ): void {
    const option = this.#declare(flags, description, { global });
    option.instead = (cmd, words) => {
      show(cmd, words.includes(`--${option.name}`));
      if (cmd.#inherited((settings) => settings.exit) ?? true) Deno.exit(0);
    };
  }

  async #parse(state: ParseState): Promise<CommandResult> {
    let child: AnyCommand | undefined;
    try {
      this.reset();
      this.#addDefaults();
      const words = state.words.slice();
      child = this.#takeCommand(state);
      if (child === undefined) return await this.#run(state, words);
    } catch (error) {
      this.#fail(error);
    }
    return await child.#parse(state);
  }

  /** Global options may stand before a sub-command. */
  #takeCommand(state: ParseState): AnyCommand | undefined {
    const options = this.getOptions(true).filter((option) => option.global);
    const [first = ""] = state.words;
    const leading = options.find((option) => option.flags.includes(first.split("=")[0]));
    const bundled = /^-[^-]{2,}/.test(first) &&
      options.some((option) => option.flags.includes(first.slice(0, 2)));
    if ((leading !== undefined && !leading.instead) || bundled) {
      parseFlags(state, { options, leading: true });
    }
    const [word] = state.words;
    const child = word === undefined ? undefined : this.getCommand(word);
    if (child !== undefined) state.words.shift();
    return child;
  }

  async #run(state: ParseState, words: readonly string[]): Promise<CommandResult> {
    state.given = [];
    parseFlags(state, { options: this.getOptions(true) });
    const { flags: options, literal } = state;
    const instead = state.given.find((option) => option.instead)?.instead;
    const args = instead && state.words.length === 0 ? [] : readArguments(this, state.words);
    if (instead) instead(this, words);
    else await this.#settings.action?.call(this, options as never, ...args as never);
    return { options, args, cmd: this, literal };
  }

  #fail(error: unknown): never {
    if (error instanceof ValidationError) error.cmd = this;
    const failure = error instanceof Error ? error : new Error(`[non-error-thrown] ${error}`);
    const throws = this.#inherited((settings) => settings.throwErrors) ?? false;
    if (throws || !(failure instanceof ValidationError)) throw failure;
    this.showHelp();
    const { bold, red } = paint(true);
    console.error(red(`  ${bold("error")}: ${failure.message}\n`));
    Deno.exit(failure.exitCode);
  }

  /** A setting of this command or of the nearest parent that has it. */
  #inherited<Value>(read: (settings: Settings) => Value | undefined): Value | undefined {
    const parent = this.#parent;
    return read(this.#settings) ?? (parent && parent.#inherited(read));
  }
}
