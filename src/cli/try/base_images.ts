/** A base image of a Dockerfile: its name, and the argument that it comes from, if it does. */
export interface BaseImage {
  readonly name: string;
  readonly argument?: string;
}

const FROM = /^\s*FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?/i;
const ARG = /^\s*ARG\s+(\w+)(?:=("?)([^"\s]*)\2)?/i;
const REFERENCE = /\$\{(\w+)(?::-([^}]*))?\}|\$(\w+)/g;

/**
 * The images that a Dockerfile begins from, with its arguments filled in: those that are given, else their
 * defaults. Stages of its own and `scratch` are none.
 */
export function baseImages(
  dockerfile: string,
  given: Readonly<Record<string, string>> = {},
): BaseImage[] {
  const values: Record<string, string> = {};
  const stages = new Set(["scratch"]);
  const bases: BaseImage[] = [];
  for (const line of dockerfile.split("\n")) {
    const [, name, , preset = ""] = ARG.exec(line) ?? [];
    // A FROM line knows only the arguments before the first FROM.
    if (name !== undefined && stages.size === 1 && bases.length === 0) {
      values[name] = given[name] ?? preset;
    }
    const [, image, stage] = FROM.exec(line) ?? [];
    if (image === undefined) continue;
    let argument: string | undefined;
    const filled = image.replaceAll(REFERENCE, (_, braced, otherwise, plain) => {
      argument = braced ?? plain;
      return values[braced ?? plain] || otherwise || "";
    });
    if (filled !== "" && !stages.has(filled.toLowerCase())) bases.push({ name: filled, argument });
    if (stage !== undefined) stages.add(stage.toLowerCase());
  }
  return bases;
}
