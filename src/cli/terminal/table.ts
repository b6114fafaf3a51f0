import { unicodeWidth } from "@std/cli";

/** How {@linkcode table} lays out. */
export interface TableOptions {
  /** Blanks before each line. @default {0} */
  readonly indent?: number;
  /** Blanks between two columns. @default {2} */
  readonly gap?: number;
}

/**
 * Lays rows out in columns, by the width that each text has in a terminal (a Chinese character takes
 * two columns). The last column is not filled up, so that no line ends in blanks.
 *
 * ```ts
 * table([["TASK", "STATE"], ["t1", "running"]]); // ["TASK  STATE", "t1    running"]
 * ```
 */
export function table(
  rows: readonly (readonly string[])[],
  { indent = 0, gap = 2 }: TableOptions = {},
): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, at) => widths[at] = Math.max(widths[at] ?? 0, unicodeWidth(cell)));
  }
  return rows.map((row) => {
    const cells = row.map((cell, at) =>
      at === row.length - 1 ? cell : padded(cell, (widths[at] ?? 0) + gap)
    );
    return (" ".repeat(indent) + cells.join("")).trimEnd();
  });
}

/** Fills a text up with blanks to a width in columns. */
export function padded(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - unicodeWidth(text)));
}
