import type { App, Program } from "./app.ts";
import { cleanCommand } from "./commands/clean.ts";
import { demoCommand } from "./commands/demo.ts";
import { devServerCommand } from "./commands/dev_server.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { initCommand } from "./commands/init.ts";
import { installServiceCommand } from "./commands/install_service.ts";
import { logsCommand } from "./commands/logs.ts";
import { newImageCommand } from "./commands/new_image.ts";
import { registerCommand } from "./commands/register.ts";
import { runCommand } from "./commands/run.ts";
import { runDetachedCommand } from "./commands/run_detached.ts";
import { statusCommand } from "./commands/status.ts";
import { stopCommand } from "./commands/stop.ts";
import { tasksCommand } from "./commands/tasks.ts";
import { tryCommand } from "./commands/try.ts";
import { uninstallServiceCommand } from "./commands/uninstall_service.ts";

/**
 * Adds one command, with its options and its action, to the program. An action loads what does the
 * work only when it runs: `--version` and `status` must not wait for the rest of the program.
 */
export type AddCommand = (app: App, program: Program) => void;

/** Every command by its name, in the order of the help. */
export const COMMANDS: ReadonlyMap<string, AddCommand> = new Map([
  ["demo", demoCommand],
  ["init", initCommand],
  ["register", registerCommand],
  ["run", runCommand],
  ["run-detached", runDetachedCommand],
  ["stop", stopCommand],
  ["status", statusCommand],
  ["tasks", tasksCommand],
  ["logs", logsCommand],
  ["doctor", doctorCommand],
  ["clean", cleanCommand],
  ["install-service", installServiceCommand],
  ["uninstall-service", uninstallServiceCommand],
  ["try", tryCommand],
  ["new-image", newImageCommand],
  ["dev-server", devServerCommand],
]);
