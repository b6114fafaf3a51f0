import type { Command } from "./command.ts";

/** Any command, whatever its options and arguments: what the real one writes as `Command<any>`. */
// deno-lint-ignore no-explicit-any -- a command is neither below nor above one with other options
export type AnyCommand = Command<any, any, any, any, any, any, any, any>;
