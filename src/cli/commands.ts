import type { App, Program } from "./app.ts";
import { cleanCommand } from "./clean_command.ts";
import { demoCommand } from "./demo_command.ts";
import { devServerCommand } from "./dev_server_command.ts";
import { doctorCommand } from "./doctor_command.ts";
import { initCommand } from "./init_command.ts";
import { logsCommand } from "./logs_command.ts";
import { newImageCommand } from "./new_image_command.ts";
import { registerCommand } from "./register_command.ts";
import { runCommand } from "./run_command.ts";
import { runDetachedCommand } from "./run_detached_command.ts";
import { installServiceCommand, uninstallServiceCommand } from "./service_commands.ts";
import { statusCommand } from "./status_command.ts";
import { stopCommand } from "./stop_command.ts";
import { tasksCommand } from "./tasks_command.ts";
import { tryCommand } from "./try_command.ts";

/**
 * Adds one command, with its options and its action, to the program. An action loads what does the
 * work only when it runs: `--version` and `status` must not wait for the rest of the house.
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
