import { daemonText } from "../i18n/mod.ts";
import { type ServiceOptions, xml } from "./service_options.ts";

/** The system's own account, in every language of Windows. */
const SYSTEM_SID = "S-1-5-18";

/**
 * The text of a task for Windows' Task Scheduler (Task Scheduler Schema, version 1.2), which
 * `schtasks /Create /XML` takes as UTF-16: a user's starts when they log on, a system's when the
 * machine does. It has no time limit, runs on battery too, and never a second time beside itself.
 *
 * @throws {Failure} when a path or argument has control characters in it.
 */
export function windowsTask(options: ServiceOptions): string {
  const { scope, program, args, workingDir, user } = options;
  const description = options.description ?? daemonText.serviceDescription.en;
  const system = scope === "system";
  const account = user ?? (system ? SYSTEM_SID : undefined);
  const logon = !system
    ? "<LogonType>InteractiveToken</LogonType>"
    : user === undefined
    ? ""
    : "<LogonType>S4U</LogonType>";
  const userId = account === undefined ? "" : `<UserId>${xml(account)}</UserId>`;
  const trigger = system
    ? "<BootTrigger><Enabled>true</Enabled></BootTrigger>"
    : `<LogonTrigger><Enabled>true</Enabled>${userId}</LogonTrigger>`;
  return [
    '<?xml version="1.0" encoding="UTF-16"?>',
    '<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">',
    `  <RegistrationInfo><Description>${xml(description)}</Description></RegistrationInfo>`,
    `  <Triggers>${trigger}</Triggers>`,
    `  <Principals><Principal id="Author">${userId}${logon}` +
    "<RunLevel>LeastPrivilege</RunLevel></Principal></Principals>",
    "  <Settings>",
    "    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>",
    "    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>",
    "    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>",
    "    <AllowHardTerminate>true</AllowHardTerminate>",
    "    <StartWhenAvailable>true</StartWhenAvailable>",
    "    <IdleSettings><StopOnIdleEnd>false</StopOnIdleEnd>" +
    "<RestartOnIdle>false</RestartOnIdle></IdleSettings>",
    "    <Enabled>true</Enabled>",
    "    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>",
    "    <Priority>7</Priority>",
    "    <RestartOnFailure><Interval>PT1M</Interval><Count>999</Count></RestartOnFailure>",
    "  </Settings>",
    '  <Actions Context="Author">',
    "    <Exec>",
    `      <Command>${xml(program.command)}</Command>`,
    `      <Arguments>${
      xml([...program.args, ...args].map(windowsArgument).join(" "))
    }</Arguments>`,
    `      <WorkingDirectory>${xml(workingDir)}</WorkingDirectory>`,
    "    </Exec>",
    "  </Actions>",
    "</Task>",
    "",
  ].join("\r\n");
}

/**
 * One argument as CommandLineToArgvW reads it back: in quotes where needed, quotes escaped, and
 * backslashes doubled where a quote follows them.
 */
export function windowsArgument(value: string): string {
  if (value !== "" && !/[\s"]/.test(value)) return value;
  const escaped = value.replaceAll(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, "$1$1");
  return `"${escaped}"`;
}
