/** Stand-in for the part of `@cliffy/command` that agent-core uses. See ../README.md. */
import type { AnyCommand } from "./any_command.ts";
import { parseDefinition, splitFlags } from "./definition.ts";
import type { Added, AllOptions, Child, GivenOn } from "./command_types.ts";
import { ValidationError } from "./errors.ts";
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

interface Settings {
  name: string;
  description: string;
  argumentsDefinition?: string;
  help?: HelpHandler;
  action?: (options: never, ...args: never) => unknown;
  globalCompletions: Completion[];
  helpOption: { flags: string; description: string };
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
  #hasHelp = false;

  name(name: string): this {
    this.#selected.#settings.name = name;
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

  /** The real one's own help shows the descriptions. */
  arguments<const Text extends string>(
    definition: Text,
    _descriptions?: string[],
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
    return this as AnyCommand;
  }

  option<
    const Flags extends string,
    Collect extends boolean | undefined = undefined,
    Mapped = undefined,
  >(
    flags: Flags,
    description: string,
    options?: OptionOptions<Collect, Mapped>,
  ): Command<
    ParentGlobals,
    ParentTypes,
    Merge<Options, TypedOption<Flags, Collect, Mapped>>,
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
    Collect extends boolean | undefined = undefined,
    Mapped = undefined,
  >(
    flags: Flags,
    description: string,
    options?: OptionOptions<Collect, Mapped>,
  ): Command<
    ParentGlobals,
    ParentTypes,
    Options,
    Arguments,
    Merge<Globals, TypedOption<Flags, Collect, Mapped>>,
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

  /** Makes the help, also of the commands below; there is no other here. */
  help(help: HelpHandler): this {
    this.#selected.#settings.help = help;
    return this;
  }

  /** Lets `parse` reject. Here it always does; the real one ends the process where nobody has called this. */
  throwErrors(): this {
    return this;
  }

  /** Reads the arguments of a command line and runs what they ask for. */
  async parse(args: string[]): Promise<unknown> {
    return await this.#parse({ words: args.slice(), flags: {}, given: [] });
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

  getDescription(): string {
    return this.#settings.description;
  }

  getArgsDefinition(): string | undefined {
    return this.#settings.argumentsDefinition;
  }

  getArguments(): Argument[] {
    return parseDefinition(this.#settings.argumentsDefinition ?? "");
  }

  getExamples(): Example[] {
    return this.#examples;
  }

  /** The options of this command and those it has from its parents. */
  getOptions(): Option[] {
    this.#addHelp();
    const own = new Set(this.#options.map((option) => option.name));
    const inherited = (this.#parent?.getOptions() ?? [])
      .filter((option) => option.global && !own.has(option.name));
    return [...inherited, ...this.#options];
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
    if (handler === undefined) throw new Error("The command has no help: call help() first.");
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
    const args = parseDefinition(typeDefinition);
    const option: Option = { ...options, name, flags, description, args, typeDefinition };
    this.#options.push(option);
    return option;
  }

  /** `--help` everywhere, by the root's; it comes first. */
  #addHelp(): void {
    if (this.#hasHelp || this.#parent !== undefined) return;
    this.#hasHelp = true;
    const own = this.#options.splice(0);
    const { flags, description } = this.#settings.helpOption;
    const option = this.#declare(flags, description, { global: true });
    option.instead = (cmd, words) => {
      cmd.showHelp({ long: words.includes(`--${option.name}`) });
      Deno.exit(0);
    };
    this.#options.push(...own);
  }

  async #parse(state: ParseState): Promise<unknown> {
    let child: AnyCommand | undefined;
    try {
      this.reset();
      const words = state.words.slice();
      child = this.#takeCommand(state);
      if (child === undefined) return await this.#run(state, words);
    } catch (error) {
      if (error instanceof ValidationError) error.cmd = this;
      throw error;
    }
    return await child.#parse(state);
  }

  /** Global options may stand before a sub-command. */
  #takeCommand(state: ParseState): AnyCommand | undefined {
    const options = this.getOptions().filter((option) => option.global);
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

  async #run(state: ParseState, words: readonly string[]): Promise<void> {
    state.given = [];
    parseFlags(state, { options: this.getOptions() });
    const instead = state.given.find((option) => option.instead)?.instead;
    const args = instead && state.words.length === 0 ? [] : readArguments(this, state.words);
    if (instead) instead(this, words);
    else await this.#settings.action?.call(this, state.flags as never, ...args as never);
  }

  /** A setting of this command or of the nearest parent that has it. */
  #inherited<Value>(read: (settings: Settings) => Value | undefined): Value | undefined {
    const parent = this.#parent;
    return read(this.#settings) ?? (parent && parent.#inherited(read));
  }
}
