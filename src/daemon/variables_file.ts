import { daemonText, Failure, reasonOf } from "../i18n/mod.ts";

/** What a double-quoted value has a backslash before; a shell and systemd's EnvironmentFile= agree. */
const ESCAPED = /["\\$`]/g;
const NAME = /^[A-Za-z_]\w*$/;

/**
 * The text of a file of environment variables, one `NAME="value"` a line, as systemd's EnvironmentFile=
 * and a shell read it too.
 *
 * @throws {Failure} naming the variable whose value has a control character in it, never the value.
 */
export function variablesText(variables: Readonly<Record<string, string>>): string {
  const lines = Object.entries(variables).map(([name, value]) => {
    // deno-lint-ignore no-control-regex
    if (/[\x00-\x1f\x7f]/.test(value)) throw new Failure(daemonText.variableUnfit({ name }));
    return `${name}="${value.replaceAll(ESCAPED, "\\$&")}"\n`;
  });
  return lines.join("");
}

/**
 * Reads such a file. Empty lines and those that begin with `#` are left out; a value may also be in
 * single quotes or in none.
 *
 * @throws {Failure} naming the file, or its line that makes no sense, never what stands in it.
 */
export async function readVariables(path: string): Promise<Record<string, string>> {
  const text = await Deno.readTextFile(path).catch((error) => {
    throw new Failure(daemonText.variablesUnreadable({ path, reason: reasonOf(error) }));
  });
  const variables: Record<string, string> = {};
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*(#|$)/.test(line)) continue;
    const equals = line.indexOf("=");
    const name = line.slice(0, Math.max(0, equals)).trim();
    const value = valueOf(line.slice(equals + 1).trim());
    if (!NAME.test(name) || value === undefined) {
      throw new Failure(daemonText.variablesBadLine({ path, line: index + 1 }));
    }
    variables[name] = value;
  }
  return variables;
}

function valueOf(written: string): string | undefined {
  const [, double] = /^"((?:[^"\\]|\\.)*)"$/.exec(written) ?? [];
  if (double !== undefined) return double.replaceAll(/\\(["\\$`])/g, "$1");
  const [, single] = /^'([^']*)'$/.exec(written) ?? [];
  if (single !== undefined) return single;
  return /^["']/.test(written) ? undefined : written;
}
