import type { AnyCommand } from "./any_command.ts";

/** Something that the person at the terminal got wrong. */
export class ValidationError extends Error {
  /** What the process is to exit with. */
  readonly exitCode: number = 2;
  /** The command that refused. */
  cmd?: AnyCommand;
}

/** ` Did you mean WHAT "name"?` with the nearest name, however far; "" if there is none. */
export function didYouMean(what: string, given: string, names: readonly string[]): string {
  let nearest: string | undefined;
  let least = Infinity;
  for (const name of names) {
    const distance = editDistance(given, name);
    if (distance < least) [nearest, least] = [name, distance];
  }
  return nearest === undefined ? "" : ` Did you mean ${what} "${nearest}"?`;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, swap));
    }
    row = next;
  }
  return row[b.length];
}
