import { daemonText } from "../i18n/mod.ts";
import { fit, type ServiceOptions } from "./service_options.ts";

/** Folders that ProtectSystem=full makes read-only (systemd.exec(5)). */
const PROTECTED = ["/usr", "/boot", "/efi", "/etc"];

/**
 * The text of a systemd unit, as systemd.service(5) and systemd.exec(5) have it. A user's unit starts
 * with the user's own manager, so it needs lingering to outlive the session.
 *
 * @throws {Failure} when a path or argument has control characters in it.
 */
export function systemdUnit(options: ServiceOptions): string {
  const { scope, program, args, workingDir, user, env = {} } = options;
  const description = options.description ?? daemonText.serviceDescription.en;
  // The program itself is no place for variables: a dollar sign in its path stands for itself.
  const command = [quote(program.command), ...[...program.args, ...args].map(argument)].join(" ");
  const system = scope === "system";
  return [
    "[Unit]",
    `Description=${percent(fit(description))}`,
    // A user's manager knows only a rootless docker.service, and no targets of the network.
    `After=${system ? "network-online.target " : ""}docker.service`,
    `Wants=${system ? "network-online.target " : ""}docker.service`,
    "# Server or engine may be away for days: never stop trying.",
    "StartLimitIntervalSec=0",
    "",
    "[Service]",
    "Type=simple",
    `ExecStart=${command}`,
    `WorkingDirectory=${folder(workingDir)}`,
    ...(system && user !== undefined ? [`User=${percent(fit(user))}`] : []),
    ...Object.entries(env).map(([name, value]) => `Environment=${quote(`${name}=${value}`)}`),
    "# Whatever ends it, it comes back, except after `agent-core stop` (0) and with a configuration that",
    "# it cannot use (2).",
    "Restart=always",
    "RestartSec=5",
    "RestartPreventExitStatus=0 2",
    "# What it ends with after a signal: systemd's own when it stops the service.",
    "SuccessExitStatus=129 130 143",
    "# Only the agent gets the signal. Containers belong to the engine and go on.",
    "KillMode=mixed",
    "TimeoutStopSec=20",
    "NoNewPrivileges=yes",
    "# A core file would hold the key.",
    "LimitCORE=0",
    "# No PrivateTmp: the control socket may have to lie in /tmp.",
    ...(system ? protection(options.dataDir) : []),
    "",
    "[Install]",
    `WantedBy=${system ? "multi-user.target" : "default.target"}`,
    "",
  ].join("\n");
}

/** A user's manager needs user namespaces for these, which not every machine allows. */
function protection(dataDir: string): string[] {
  const inside = PROTECTED.some((path) => dataDir === path || dataDir.startsWith(`${path}/`));
  return ["LockPersonality=yes", ...(inside ? [] : ["ProtectSystem=full"])];
}

/** `%` starts a specifier in nearly every setting. */
function percent(value: string): string {
  return value.replaceAll("%", "%%");
}

function quote(value: string): string {
  const escaped = fit(value).replaceAll("\\", "\\\\").replaceAll('"', '\\"');
  return `"${percent(escaped)}"`;
}

/** In arguments `$` names a variable besides. */
function argument(value: string): string {
  return quote(value).replaceAll("$", "$$$$");
}

/** Taken as it is up to the end of the line, where a blank would be lost and a backslash go on. */
function folder(path: string): string {
  return percent(fit(path)) + (/[\s\\]$/.test(path) ? "/" : "");
}
