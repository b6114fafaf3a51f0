import { dirname, resolve } from "@std/path";

import {
  checkSetting,
  type ConfigKey,
  defaultConfigText,
  type Overrides,
  type Setting,
  specOf,
} from "../../config/mod.ts";
import { cliText, type Text } from "../../i18n/mod.ts";
import { type App, configPath } from "../app.ts";
import { type OverrideOptions, overridesOf } from "../run/overrides.ts";
import { openTerminal, type Terminal } from "../terminal/open_terminal.ts";
import { isThere, nearestThere } from "../there.ts";
import { writeConfig } from "./init.ts";

/** One thing that is asked before the first start. */
interface Question {
  readonly key: ConfigKey;
  readonly about: Text;
  readonly prompt: Text;
}

const QUESTIONS: readonly Question[] = [
  { key: "server.base_url", about: cliText.aboutAskServer, prompt: cliText.askServer },
  { key: "paths.data_dir", about: cliText.aboutAskDataDir, prompt: cliText.askDataDir },
  { key: "executor.image", about: cliText.aboutAskImage, prompt: cliText.askImage },
  { key: "executor.capacity", about: cliText.aboutAskCapacity, prompt: cliText.askCapacity },
];

/**
 * Asks for what a first start needs and writes a whole, commented configuration with the answers.
 * What the command line says is offered as the default. Does nothing where there is a configuration;
 * nothing is written before the last answer.
 *
 * @throws {Failure} when nobody wants to answer, or the file cannot be written.
 */
export async function writeFirstConfig(app: App, options: OverrideOptions): Promise<void> {
  const path = configPath(app, options);
  if (await isThere(path)) return;
  app.print(cliText.firstStart({ path }));
  const given: Overrides = overridesOf(options);
  const answers: Partial<Record<ConfigKey, Setting>> = {};
  {
    using terminal = openTerminal();
    for (const question of QUESTIONS) {
      const { key } = question;
      const fallback = String(given[key] ?? specOf(key).fallback);
      answers[key] = await ask(app, terminal, { ...question, fallback }, dirname(path));
    }
  }
  await writeConfig(path, defaultConfigText(app.lang, answers));
  app.print(cliText.firstConfigWritten({ path }));
}

/** Asks until the answer fits; Enter alone takes the default. */
async function ask(
  app: App,
  terminal: Terminal,
  { key, about, prompt, fallback }: Question & { readonly fallback: string },
  folder: string,
): Promise<Setting> {
  app.print("");
  app.print(about);
  for (;;) {
    const typed = (await terminal.line(`${app.t(prompt)} [${fallback}]:`)).trim();
    const given = typed === "" ? fallback : typed;
    const checked = checkSetting(key, given, { folder, env: app.env });
    if ("expected" in checked) {
      app.print(cliText.badAnswer({ given, expected: checked.expected }));
      continue;
    }
    const obstacle = key === "paths.data_dir" ? await folderObstacle(folder, given) : undefined;
    if (obstacle === undefined) return checked.value;
    app.print(obstacle);
  }
}

/** Why there could be no data folder at this place: the nearest thing that exists is no folder. */
async function folderObstacle(base: string, given: string): Promise<Text | undefined> {
  const path = await nearestThere(resolve(base, given));
  const info = await Deno.stat(path).catch(() => undefined);
  return info === undefined || info.isDirectory ? undefined : cliText.notAFolder({ path });
}
