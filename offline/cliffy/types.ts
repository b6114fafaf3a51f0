import type { AnyCommand } from "./any_command.ts";

/** The types of the stand-in for `@cliffy/command`: what a flags text says of an option's value. */

/** Options by name, in camelCase. */
export type Fields = Record<string, unknown>;

/** The fields of both; `void` stands for none, and two times none stays `void`. */
export type Merge<A, B> = A extends void ? B : B extends void ? A : A & B;

/** `T`, or `Default` where there is none. */
export type OneOf<T, Default> = T extends void ? Default : T;

type Camel<S extends string> = S extends `${infer A}-${infer B}` ? `${A}${Capitalize<Camel<B>>}`
  : S;

/** "-c, --config <file:string>" → "config <file:string>" */
type LongPart<F extends string> = F extends `${string}--${infer R}` ? R
  : F extends `-${infer R}` ? R
  : F;

type NameIn<R extends string> = R extends `${infer N},${string}` ? N
  : R extends `${infer N} ${string}` ? N
  : R;

/** The values of the type names that can stand after a colon. */
interface Scalars {
  string: string;
  file: string;
  number: number;
  integer: number;
}

type Scalar<T extends string> = T extends `${infer U}:${string}` ? Scalar<U>
  : T extends keyof Scalars ? Scalars[T]
  : unknown;

type ItemOf<V extends string> = V extends `${string}:${infer T}` ? Scalar<T>
  : string;

type ValueIn<R extends string> = R extends `${string}<${infer V}>` ? ItemOf<V> : true;

/** What an option adds to the options that an action gets. */
export type TypedOption<Flags extends string, Collect, Mapped> = {
  [K in Camel<NameIn<LongPart<Flags>>>]?: Mapped extends undefined
    ? Collect extends true ? ValueIn<LongPart<Flags>>[] : ValueIn<LongPart<Flags>>
    : Mapped;
};

/** "<file:string> [lines:number]" → [string, number?] */
export type TypedArguments<T extends string> = T extends `${infer First} ${infer Rest}`
  ? [...TypedArgument<First>, ...TypedArguments<Rest>]
  : TypedArgument<T>;

type TypedArgument<T extends string> = T extends `<${infer V}>` ? [ItemOf<V>]
  : T extends `[${infer V}]` ? [ItemOf<V>?]
  : [];

/** The arguments behind a command's name: "logs [task:string]" → [string?] */
export type TypedCommandArguments<T extends string> = T extends `${string} ${infer Rest}`
  ? TypedArguments<Rest>
  : [];

/** How an option behaves. */
export interface OptionOptions<Collect = unknown, Mapped = unknown> {
  /** May be given several times; the values are listed. */
  collect?: Collect;
  /** Holds for all sub-commands too. */
  global?: boolean;
  /** Names of options that must be given with it. */
  depends?: string[];
  /** Names of options that must not be given with it. */
  conflicts?: string[];
  /** Maps the value. */
  // deno-lint-ignore no-explicit-any
  value?: (value: any) => Mapped;
}

/** One value in a definition such as `<file:string>`. */
export interface Argument {
  name: string;
  type: string;
  /** What completes it: the third part of `<name:type:action>`, or the type. */
  action: string;
  optional: boolean;
}

/** An option as it was declared. */
export interface Option extends OptionOptions {
  name: string;
  flags: string[];
  description: string;
  args: Argument[];
  typeDefinition: string;
  /** Done instead of the command's action; such an option cannot be combined with others. */
  instead?: (cmd: AnyCommand, words: readonly string[]) => void;
}

/** What could stand for a value, as a shell offers it. */
export interface Completion {
  name: string;
  // deno-lint-ignore no-explicit-any
  complete: (cmd: any, parent?: any) => string[];
}

/** An example of the help. */
export interface Example {
  name: string;
  description: string;
}

/** How the help is rendered. */
export interface HelpOptions {
  /** All lines of each description, not only the first. Default: false. */
  long?: boolean;
}
