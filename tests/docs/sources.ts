import { ROOT } from "./markdown.ts";

/** All TypeScript below a folder as one text. */
export async function sourcesOf(folder: string): Promise<string> {
  let text = "";
  for await (const { name, isDirectory } of Deno.readDir(new URL(folder, ROOT))) {
    if (isDirectory) text += await sourcesOf(`${folder}${name}/`);
    else if (name.endsWith(".ts")) {
      text += await Deno.readTextFile(new URL(`${folder}${name}`, ROOT));
    }
  }
  return text;
}
