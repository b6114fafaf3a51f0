import { dirname } from "@std/path";
import { ensureDir } from "@std/fs";

import { defaultConfigText } from "../../config/mod.ts";
import { cliText, Failure, reasonOf } from "../../i18n/mod.ts";
import { writeDurably } from "../../util/mod.ts";
import { type App, configPath, type GlobalOptions } from "../app.ts";
import { isThere } from "../there.ts";

/** The options of `init`. */
export interface InitOptions extends GlobalOptions {
  readonly force?: boolean;
}

/** Writes a commented default configuration; one that is there is replaced only by force. */
export async function init(app: App, options: InitOptions): Promise<void> {
  const path = configPath(app, options);
  const there = await isThere(path);
  if (there && !options.force) throw new Failure(cliText.configExists({ path }));
  if (there) {
    const copy = await keepCopy(path);
    app.say(cliText.configCopied({ path, copy }));
  }
  await writeConfig(path, defaultConfigText(app.lang));
  app.print(cliText.configWritten({ path }));
}

/**
 * Writes a configuration, making its folder if it is not there. Only its owner may read it.
 *
 * @throws {Failure} with what the system said.
 */
export async function writeConfig(path: string, text: string): Promise<void> {
  try {
    await ensureDir(dirname(path));
    await writeDurably(path, text);
  } catch (error) {
    throw new Failure(cliText.configNotWritten({ path, reason: reasonOf(error) }), {
      cause: error,
    });
  }
}

/** Copies the old file to a name that nothing has. */
async function keepCopy(path: string): Promise<string> {
  const stamp = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, "");
  try {
    const old = await Deno.readFile(path);
    for (let n = 1;; n++) {
      const copy = `${path}.${stamp}${n === 1 ? "" : `-${n}`}.bak`;
      try {
        await Deno.writeFile(copy, old, { createNew: true, mode: 0o600 });
        return copy;
      } catch (error) {
        if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
      }
    }
  } catch (error) {
    throw new Failure(cliText.configNotWritten({ path, reason: reasonOf(error) }), {
      cause: error,
    });
  }
}
