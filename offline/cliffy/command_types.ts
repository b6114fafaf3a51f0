import type { AnyCommand } from "./any_command.ts";
import type { Command } from "./command.ts";
import type { Fields, Merge } from "./types.ts";

/** All that an action gets as its options. */
export type AllOptions<ParentGlobals, Globals, Options> = Merge<
  ParentGlobals,
  Merge<Globals, Options>
>;

/** The global options that a command's children know: its parents' and, if it is the root, its own. */
export type GivenOn<Parent, ParentGlobals, Globals> = Parent extends AnyCommand ? ParentGlobals
  : Merge<ParentGlobals, Globals>;

/** What may be added below a command that gives on these global options. */
export type Child<Given> = Command<
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
export type Added<C, Given extends Fields | void, Parent extends AnyCommand> = C extends Command<
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
