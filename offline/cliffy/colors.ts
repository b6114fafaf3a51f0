/** ANSI, even into a pipe or a file, unless NO_COLOR is set: the same as the real one. */
export interface Paint {
  bold(text: string): string;
  red(text: string): string;
  yellow(text: string): string;
  blue(text: string): string;
  magenta(text: string): string;
  dim(text: string): string;
}

/** Colours, or none. */
export function paint(colors: boolean): Paint {
  const on = colors && !Deno.noColor;
  const wrap = (start: number, end: number) => (text: string) =>
    on && text !== "" ? `\x1b[${start}m${text}\x1b[${end}m` : text;
  return {
    bold: wrap(1, 22),
    red: wrap(31, 39),
    yellow: wrap(33, 39),
    blue: wrap(94, 39),
    magenta: wrap(95, 39),
    dim: wrap(2, 22),
  };
}
