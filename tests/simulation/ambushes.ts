import type { Chance } from "./random.ts";

/** The part of the moments of an ambush in which it comes. */
export const AMBUSHED = 0.3;

/** What a program does next after these may have been overtaken by what goes wrong here. */
const MOMENTS = [
  "server poll",
  "server accept",
  "accept answered",
  "server heartbeat",
  "server upload",
  "upload answered",
  "server list",
  "list answered",
  "server complete",
  "complete answered",
  "engine create",
  "create answered",
  "engine start",
  "start answered",
  "wait answered",
  "engine archive",
  "engine remove",
  "rename",
  "sync",
  "remove",
] as const;

/** While a result is on its way: what a Server has of it can be lost with a backup that is put back. */
const SENDING = [
  "server upload",
  "upload answered",
  "list answered",
  "server complete",
  "complete answered",
  "accept answered",
] as const;

/** In some stories the same thing goes wrong again and again at the same moment. */
export class Ambushes<Kind extends string> {
  readonly #kinds = new Map<string, Kind | "backup" | "restore">();

  constructor(
    story: Chance | undefined,
    kinds: readonly (readonly [weight: number, kind: Kind])[],
  ) {
    if (!story) return;
    for (let left = story.weighted([[2, 0], [1, 1], [1, 2], [1, 4]]); left > 0; left--) {
      this.#kinds.set(story.pick(MOMENTS), story.weighted(kinds));
    }
  }

  /** A Server may go back to a backup. */
  addRestore(story: Chance): void {
    this.#kinds.set(story.pick(MOMENTS), "backup");
    this.#kinds.set(story.pick(SENDING), "restore");
  }

  /** What may go wrong after this has happened. @param what as an event is called */
  at(what: string): Kind | "backup" | "restore" | undefined {
    return this.#kinds.get(what.replace(/ \d+$/, ""));
  }
}
