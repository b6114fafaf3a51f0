import { unicodeWidth } from "@std/cli";

import { type Config, ConfigFailure, ConfigMissing, loadConfig } from "../../config/mod.ts";
import { isRunning } from "../../daemon/mod.ts";
import { engineFindings } from "../../executor/mod.ts";
import { doctorText, type Finding, ok, problem, textOf, warning } from "../../i18n/mod.ts";
import { proxyVariables } from "../../util/mod.ts";
import { type App, configPath, EXIT } from "../app.ts";
import type { DataDirOption } from "../load.ts";
import { padded } from "../terminal/table.ts";
import { checkDataFolder } from "./check_data_folder.ts";
import { checkGpus } from "./check_gpus.ts";
import { checkMounts } from "./check_mounts.ts";
import { checkProxies } from "./check_proxies.ts";
import { checkServer } from "./check_server.ts";
import type { Check } from "./check.ts";

const CHECKS: readonly Check[] = [
  checkServer,
  checkProxies,
  ({ app, config }) => checkEngine(app, config),
  checkGpus,
  checkMounts,
  checkDataFolder,
];

const COLORS = { ok: "32", warning: "33", problem: "31" } as const;

/** Looks at everything that an agent needs and says how to mend what is wrong. */
export async function doctor(app: App, options: DataDirOption): Promise<void> {
  const count = { ok: 0, warning: 0, problem: 0 };
  const tell = (findings: readonly Finding[]) => {
    for (const finding of findings) {
      count[finding.level]++;
      show(app, finding);
    }
  };
  const { config, findings } = await readConfiguration(app, options);
  tell(findings);
  if (config) {
    const running = await isRunning(config.paths.dataDir).catch((error) => {
      tell(failed(error));
      return undefined;
    });
    if (running !== undefined) tell([ok(running ? doctorText.running : doctorText.notRunning)]);
    for (const check of CHECKS) {
      tell(await check({ app, config, running: running ?? false }).catch(failed));
    }
  } else {
    tell(await checkEngine(app).catch(failed));
  }
  app.print("");
  app.print(doctorText.summary({ problems: count.problem, warnings: count.warning }));
  if (count.problem > 0) app.exitCode = EXIT.failed;
}

/** Is an engine there, and does it fit the configuration? */
function checkEngine(app: App, config?: Config): Promise<Finding[]> {
  const env = { ...app.env, ...proxyVariables(app.proxies) };
  return engineFindings({ config, env });
}

/** The configuration if it can be used, and what is to be said of it. */
async function readConfiguration(
  app: App,
  options: DataDirOption,
): Promise<{ readonly config?: Config; readonly findings: Finding[] }> {
  const path = configPath(app, options);
  try {
    const overrides = { "paths.data_dir": options.dataDir };
    const { config, warnings } = await loadConfig({ path, env: app.env, overrides });
    const findings = [
      ok(doctorText.configGood({ path })),
      ...warnings.map((text) => warning(text)),
    ];
    return { config, findings };
  } catch (error) {
    if (error instanceof ConfigMissing) {
      return { findings: [problem(doctorText.configMissing({ path }), doctorText.mendMissing)] };
    }
    if (!(error instanceof ConfigFailure)) throw error;
    return { findings: [problem(error.text, doctorText.mendConfig({ path: error.file }))] };
  }
}

/** A check that fails itself is a finding too, and hides none of the others. */
function failed(error: unknown): Finding[] {
  return [problem(textOf(error))];
}

function show(app: App, { level, what, mend }: Finding): void {
  const labels = Object.values(doctorText.levels).map(app.t);
  const width = Math.max(...labels.map(unicodeWidth)) + 1;
  const label = padded(app.t(doctorText.levels[level]), width);
  const colored = app.colors ? `\x1b[${COLORS[level]}m${label}\x1b[0m` : label;
  app.print(`${colored}${indented(app.t(what), width)}`);
  if (mend) app.print(`${" ".repeat(width)}→ ${indented(app.t(mend), width + 2)}`);
}

function indented(text: string, width: number): string {
  return text.replaceAll("\n", `\n${" ".repeat(width)}`);
}
