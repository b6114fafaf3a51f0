import { isMachineTrouble } from "../util/mod.ts";

/** Reading met trouble of the machine, and what was to be read is left out for that. `cause` says which. */
export class Unreadable extends Error {
  override readonly name = "Unreadable";
}

/** Does what reads something of the workspace. */
export type Reading = <T>(read: () => T) => T;

/**
 * Makes a {@linkcode Reading} that passes errors on as they are, or, where such things are left out,
 * the machine's trouble as {@linkcode Unreadable}: unlike trouble with what the agent writes itself.
 */
export function createReading(leaveOut: boolean): Reading {
  return (read) => {
    try {
      return read();
    } catch (error) {
      if (leaveOut && isMachineTrouble(error)) throw new Unreadable("", { cause: error });
      throw error;
    }
  };
}
