import { unicodeWidth } from "../std/cli.ts";

/** How a table is laid out, in columns of a terminal. */
export interface TableOptions {
  /** Blanks before each line. */
  indent: number;
  /** The widest that a cell may be; longer text goes on in the next line. Default: 80. */
  widest?: number;
}

/** Aligned cells, two blanks apart, at the same widths whatever the terminal. */
export function table(
  rows: readonly (readonly string[])[],
  { indent, widest = 80 }: TableOptions,
): string {
  const count = Math.max(...rows.map((row) => row.length));
  const widths = Array.from(
    { length: count },
    (_, index) => Math.min(widest, Math.max(...rows.map((row) => widestLine(row[index] ?? "")))),
  );
  return rows.map((row) => layRow(row, widths, " ".repeat(indent))).join("");
}

function layRow(row: readonly string[], widths: readonly number[], indent: string): string {
  const cells = row.map((cell, column) => wrap(cell, widths[column]));
  const height = Math.max(...cells.map((cell) => cell.length));
  let text = "";
  for (let line = 0; line < height; line++) {
    const parts = cells.map((cell, column) => pad(cell[line] ?? "", widths[column]));
    text += (indent + parts.join("  ")).trimEnd() + "\n";
  }
  return text;
}

function wrap(cell: string, width: number): string[] {
  return cell.split("\n").flatMap((line) => {
    if (columns(line) <= width) return [line];
    const lines: string[] = [];
    let current = line.match(/^ */)?.[0] ?? "";
    for (const word of line.trimStart().split(/(?<= )|(?<=[\u3000-\u9fff\uff00-\uffef])/u)) {
      if (current.trim() !== "" && columns(current + word.trimEnd()) > width) {
        lines.push(current.trimEnd());
        current = "";
      }
      current += word;
    }
    return [...lines, current.trimEnd()];
  });
}

function pad(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - columns(text)));
}

function widestLine(cell: string): number {
  return Math.max(...cell.split("\n").map(columns));
}

function columns(text: string): number {
  // deno-lint-ignore no-control-regex -- colours take no room
  return unicodeWidth(text.replace(/\x1b\[\d+m/g, ""));
}
