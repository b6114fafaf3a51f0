import type { Command } from "./command.ts";

/** Any command, whatever its options and arguments. */
export type AnyCommand = Command<object, object, unknown[]>;
