/** Writes pieces of every kind to stdout: short and long, lines and none. The argument is where to keep them. */
import { writeOut } from "../../../src/cli/terminal/write_whole.ts";

const [path] = Deno.args;
const lengths = [1, 60, 700, 1023, 1024, 1025, 4095, 4096, 4097, 9000];
let all = "";
for (let n = 0; n < 200; n++) {
  const letter = String.fromCharCode(97 + n % 26);
  const line = letter.repeat(1 + n * 37 % 900) + (n % 3 === 0 ? "" : "\n");
  const piece = line.repeat(20).slice(0, lengths[n % lengths.length]) + (n % 2 === 0 ? "\n" : "");
  all += piece;
  writeOut(new TextEncoder().encode(piece));
}
await Deno.writeTextFile(path, all);
