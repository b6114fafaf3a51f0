import { daemonFiles } from "../data_folder/mod.ts";
import { DETACHED_VARIABLE } from "./detach.ts";
import { SERVICE_NAME, type ServiceOptions, xml } from "./service_options.ts";

/** The label of a service at launchd. */
export function launchdLabel(name = SERVICE_NAME): string {
  return `openaaas.${name}`;
}

/**
 * The text of a launchd property list (launchd.plist(5)). It is started again after every end but a
 * good one: launchd cannot tell a wrong configuration (exit code 2) from a crash.
 *
 * @throws {Failure} when a path or argument has control characters in it.
 */
export function launchdPlist(options: ServiceOptions): string {
  const { scope, program, args, workingDir, dataDir, user, env = {} } = options;
  const { log } = daemonFiles(dataDir);
  const command = [program.command, ...program.args, ...args];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" ' +
    '"http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    '<plist version="1.0">',
    "<dict>",
    ...entry("Label", string(launchdLabel(options.name))),
    ...entry("ProgramArguments", ["<array>", ...command.flatMap(string).map(indent), "</array>"]),
    ...entry("WorkingDirectory", string(workingDir)),
    ...(scope === "system" && user !== undefined ? entry("UserName", string(user)) : []),
    ...entry("EnvironmentVariables", [
      "<dict>",
      // launchd lets the file grow without an end: the agent itself keeps it small, as in the background.
      ...Object.entries({ ...env, [DETACHED_VARIABLE]: "1" }).flatMap(([name, value]) =>
        entry(name, string(value))
      ),
      "</dict>",
    ]),
    ...entry("RunAtLoad", ["<true/>"]),
    ...entry("KeepAlive", ["<dict>", ...entry("SuccessfulExit", ["<false/>"]), "</dict>"]),
    ...entry("ThrottleInterval", ["<integer>30</integer>"]),
    ...entry("ExitTimeOut", ["<integer>20</integer>"]),
    ...entry("StandardOutPath", string(log)),
    ...entry("StandardErrorPath", string(log)),
    "</dict>",
    "</plist>",
    "",
  ].join("\n");
}

function entry(key: string, value: readonly string[]): string[] {
  return [`<key>${xml(key)}</key>`, ...value].map(indent);
}

function string(value: string): string[] {
  return [`<string>${xml(value)}</string>`];
}

function indent(line: string): string {
  return `  ${line}`;
}
