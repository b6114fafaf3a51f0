/** Stand-in for the part of `@cliffy/command` that agent-core uses. See ../README.md. */
import type { AnyCommand } from "./any_command.ts";
import { paint } from "./colors.ts";
import { describe, parseDefinition, splitFlags } from "./definition.ts";
import { didYouMean, ValidationError } from "./errors.ts";
import { helpText } from "./help_text.ts";
import { parseFlags, type ParseState, parseValue } from "./parse_flags.ts";
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
export type { Argument, Completion, Example, HelpOptions, Option };

/** All that an action gets as its options. */
type AllOptions<ParentGlobals, Globals, Options> = Merge<ParentGlobals, Merge<Globals, Options>>;

/** The global options that a command's children know: its parents' and, if it is the root, its own. */
type GivenOn<Parent, ParentGlobals, Globals> = Parent extends AnyCommand ? ParentGlobals
  : Merge<ParentGlobals, Globals>;

/** What may be added below a command that gives on these global options. */
type Child<Given> = Command<
  (Given & Fields) | void,
  Fields | void,
  Fields | void,
  unknown[],
  Fields | void,
  Fields | void,
  Fields | void,
  AnyCommand | undefined
>;

/** A command after it was added to another. */
type Added<C, Given extends Fields | void, Parent extends AnyCommand> = C extends Command<
  infer _,
  infer _,
  infer Options,
  infer Arguments,
  infer Globals,
  infer _,
  infer _,
  infer _
> ? Command<Given, void, Options, Arguments, Globals, void, void, Parent>
  : never;

/** What `parse` resolves to. */
export interface CommandResult<Options = Fields, Arguments = unknown[]> {
  options: Options;
  args: Arguments;
  /** The command that ran. */
  cmd: AnyCommand;
  /** What stood after `--`. */
  literal: string[];
}

/** Told of an error before it is thrown or printed; not awaited. */
export type ErrorHandler = (error: Error, cmd: AnyCommand) => unknown;
/** Makes the help of a command. */
export type HelpHandler = (this: AnyCommand, cmd: AnyCommand, options: HelpOptions) => string;

interface BuiltIn {
  flags: string;
  description: string;
}

interface Settings {
  name: string;
  aliases: string[];
  version?: () => string;
  description: string;
  usage?: string;
  argumentsDefinition?: string;
  argumentDescriptions?: string[];
  hidden: boolean;
  global: boolean;
  exit?: boolean;
  throwErrors?: boolean;
  help?: HelpHandler;
  error?: ErrorHandler;
  action?: (options: never, ...args: never) => unknown;
  helpOption: BuiltIn | false;
  versionOption: BuiltIn | false;
}

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
    aliases: [],
    description: "",
    hidden: false,
    global: false,
    helpOption: { flags: "-h, --help", description: "Show this help." },
    versionOption: {
      flags: "-V, --version",
      description: "Show the version number for this program.",
    },
  };
  readonly #options: Option[] = [];
  readonly #examples: Example[] = [];
  readonly #completions: Completion[] = [];
  readonly #commands = new Map<string, AnyCommand>();
  #parent?: AnyCommand;
  /** What the methods that describe a command talk of: this one or one of its children. */
  #selected: AnyCommand = this;
  #hasDefaults = false;
  #helpOption?: Option;
  #rawArgs: string[] = [];
  #literalArgs: string[] = [];

  name(name: string): this {
    this.#selected.#settings.name = name;
    return this;
  }

  version(version: string | (() => string)): this {
    this.#selected.#settings.version = typeof version === "string" ? () => version : version;
    return this;
  }

  description(description: string | (() => string)): this {
    const text = typeof description === "string" ? description : description();
    this.#selected.#settings.description = text;
    return this;
  }

  usage(usage: string): this {
    this.#selected.#settings.usage = usage;
    return this;
  }

  hidden(): this {
    this.#selected.#settings.hidden = true;
    return this;
  }

  /** Makes the command known inside all its siblings too. */
  global(): this {
    this.#selected.#settings.global = true;
    return this;
  }

  alias(alias: string): this {
    this.#selected.#settings.aliases.push(alias);
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
  complete(
    name: string,
    complete: Completion["complete"],
    options: { global?: boolean } = {},
  ): this {
    this.#selected.#completions.push({ name, complete, ...options });
    return this;
  }

  /** The same, for this command and all below it. */
  globalComplete(name: string, complete: Completion["complete"]): this {
    return this.complete(name, complete, { global: true });
  }

  /** Replaces the help option, or with `false` takes it away. */
  helpOption(flags: string | false, description = "Show this help."): this {
    this.#selected.#settings.helpOption = flags === false ? false : { flags, description };
    return this;
  }

  /** Replaces the version option, or with `false` takes it away. */
  versionOption(
    flags: string | false,
    description = "Show the version number for this program.",
  ): this {
    this.#selected.#settings.versionOption = flags === false ? false : { flags, description };
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
    const { flags: [name, ...aliases], typeDefinition } = splitFlags(nameAndArguments);
    if (this.#commands.has(name)) throw new Error(`Duplicate command name "${name}".`);
    const cmd = cmdOrDescription instanceof Command ? cmdOrDescription : new Command();
    cmd.reset();
    cmd.#settings.name = name;
    cmd.#settings.aliases.push(...aliases);
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

  help(help: string | HelpHandler | HelpOptions): this {
    this.#selected.#settings.help = typeof help === "string"
      ? () => help
      : typeof help === "function"
      ? help
      : (cmd, options) => helpText(cmd, { ...help, ...options });
    return this;
  }

  error(handler: ErrorHandler): this {
    this.#selected.#settings.error = handler;
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

  getAliases(): string[] {
    return this.#settings.aliases;
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
    return this.#settings.version?.() ?? this.#parent?.getVersion();
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
    return this.#settings.usage ?? [this.getArgsDefinition() ?? "", ...required].join(" ").trim();
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

  /** The sub-commands, global ones of its parents included. */
  getCommands(hidden = false): AnyCommand[] {
    const inherited = (this.#parent?.getCommands(true) ?? []).filter((command) =>
      command.#settings.global && command !== this && !this.#commands.has(command.getName())
    );
    return [...inherited, ...this.#commands.values()]
      .filter((command) => hidden || !command.#settings.hidden);
  }

  getCommand(name: string, hidden = false): AnyCommand | undefined {
    return this.getCommands(hidden)
      .find((command) => command.getName() === name || command.getAliases().includes(name));
  }

  /** The completion of that name: this command's own, or a global one of its parents. */
  getCompletion(name: string): Completion | undefined {
    return this.#completions.find((completion) => completion.name === name) ??
      this.#parent?.getGlobalCompletion(name);
  }

  getGlobalCompletion(name: string): Completion | undefined {
    return this.#completions.find((completion) => completion.global && completion.name === name) ??
      this.#parent?.getGlobalCompletion(name);
  }

  getRawArgs(): string[] {
    return this.#rawArgs;
  }

  getLiteralArgs(): string[] {
    return this.#literalArgs;
  }

  getHelp(options: HelpOptions = {}): string {
    const handler = this.#inherited((settings) => settings.help);
    if (handler === undefined) return helpText(this, options);
    return handler.call(this, this, options);
  }

  showHelp(options?: HelpOptions): void {
    console.log(this.getHelp(options));
  }

  showVersion(): void {
    console.log(this.getVersion());
  }

  showLongVersion(): void {
    const { bold, blue } = paint(true);
    console.log(`${bold(this.getMainCommand().getName())} ${blue(this.getVersion() ?? "")}`);
  }

  #declare(text: string, description: string, options: OptionOptions = {}): Option {
    const { flags, typeDefinition, equalsSign } = splitFlags(text);
    const names = flags.map((flag) => flag.replace(/^-+/, ""));
    const name = names[Math.max(0, flags.findIndex((flag) => flag.startsWith("--")))];
    if (this.#options.some((option) => option.flags.some((flag) => flags.includes(flag)))) {
      throw new Error(`An option with name '--${name}' is already registered.`);
    }
    const option: Option = {
      ...options,
      name,
      aliases: names.filter((other) => other !== name),
      flags,
      description,
      args: parseDefinition(typeDefinition),
      typeDefinition,
      equalsSign,
    };
    this.#options.push(option);
    return option;
  }

  /** --help everywhere by the root's, --version at the root alone. */
  #addDefaults(): void {
    if (this.#hasDefaults || this.#parent !== undefined) return;
    this.#hasDefaults = true;
    const { helpOption, versionOption, version } = this.#settings;
    const added: Option[] = [];
    if (helpOption !== false) {
      const showHelp = (cmd: AnyCommand, option: Option) =>
        cmd.showHelp({ long: cmd.getRawArgs().includes(`--${option.name}`) });
      this.#helpOption = this.#addBuiltIn(helpOption, { global: true, show: showHelp });
      added.push(this.#helpOption);
    }
    if (versionOption !== false && version !== undefined) {
      const showVersion = (cmd: AnyCommand, option: Option) =>
        cmd.getRawArgs().includes(`--${option.name}`) ? cmd.showLongVersion() : cmd.showVersion();
      added.push(this.#addBuiltIn(versionOption, { global: false, show: showVersion }));
    }
    this.#options.splice(-added.length, added.length);
    this.#options.unshift(...added);
  }

  #addBuiltIn(
    { flags, description }: BuiltIn,
    { global, show }: { global: boolean; show: (cmd: AnyCommand, option: Option) => void },
  ): Option {
    const option = this.#declare(flags, description, { standalone: true, global });
    option.action = function (this: AnyCommand) {
      show(this, option);
      if (this.#inherited((settings) => settings.exit) ?? true) Deno.exit(0);
    };
    return option;
  }

  async #parse(state: ParseState): Promise<CommandResult> {
    let child: AnyCommand | undefined;
    try {
      this.reset();
      this.#addDefaults();
      this.#rawArgs = state.words.slice();
      child = this.#takeCommand(state);
      if (child === undefined) return await this.#run(state);
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
    if ((leading !== undefined && !leading.standalone) || bundled) {
      parseFlags(state, { options, leading: true });
    }
    const [word] = state.words;
    const child = word === undefined ? undefined : this.getCommand(word, true);
    if (child !== undefined) state.words.shift();
    return child;
  }

  async #run(state: ParseState): Promise<CommandResult> {
    state.given = [];
    parseFlags(state, { options: this.getOptions(true) });
    const options = state.flags;
    const alone = state.given.some((option) => option.standalone);
    const args = alone && state.words.length === 0 ? [] : this.#readArguments(state.words);
    this.#literalArgs = state.literal;
    for (const option of state.given) await option.action?.call(this, options, ...args);
    if (!alone) {
      const action = this.#settings.action as ((...all: unknown[]) => unknown) | undefined;
      await action?.call(this, options, ...args);
    }
    return { options, args, cmd: this, literal: state.literal };
  }

  #readArguments(words: readonly string[]): unknown[] {
    const defined = this.getArguments();
    if (defined.length === 0 && words.length > 0) throw this.#unexpected(words[0]);
    const required = defined.filter((argument) => !argument.optional);
    if (words.length === 0 && required.length > 0) {
      const names = required.map((argument) => argument.name);
      throw new ValidationError(`Missing argument(s): ${names.join(", ")}`);
    }
    const rest = words.slice();
    const values: unknown[] = [];
    for (const argument of defined) {
      const taken = argument.variadic ? rest.splice(0) : rest.splice(0, 1);
      if (taken.length === 0 && !argument.optional) {
        throw new ValidationError(`Missing argument: ${argument.name}`);
      }
      const label = { label: "Argument", name: argument.name };
      values.push(...taken.map((word) => parseValue(argument, word, label)));
    }
    if (rest.length > 0) throw new ValidationError(`Too many arguments: ${rest.join(" ")}`);
    return values;
  }

  #unexpected(word: string): ValidationError {
    const commands = this.getCommands();
    if (commands.length === 0) {
      return new ValidationError(`No arguments allowed for command "${this.getPath()}".`);
    }
    const names = commands.map((command) => command.getName());
    return new ValidationError(`Unknown command "${word}".${didYouMean("command", word, names)}`);
  }

  #fail(error: unknown): never {
    if (error instanceof ValidationError) error.cmd = this;
    const failure = error instanceof Error ? error : new Error(`[non-error-thrown] ${error}`);
    // Like the real one: the failing command's handler or its direct parent's, no further up.
    const parent = this.#parent;
    const handler = this.#settings.error ?? (parent && parent.#settings.error);
    handler?.(failure, this);
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
