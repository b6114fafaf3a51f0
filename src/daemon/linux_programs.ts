/**
 * The programs that the compiled program may start on Linux until the agent is up: itself (for
 * `run-detached`), the service manager (for `install-service`, with `id` and `getfacl`, which only tell what
 * an account is and may do), `kill` (for `stop`, when an agent does not answer: Deno sends signals itself
 * only with leave to start everything) and `ps` (what process `agent.pid` names: Deno keeps `/proc` for
 * those with all permissions). Whole paths, because a bare name is looked up in PATH whenever
 * the program starts, and without a PATH it would not start at all. Its own path is not known when it is
 * compiled, but there the system has a name for it.
 */
export const LINUX_PROGRAMS: readonly string[] = [
  "/proc/self/exe",
  ...["/usr/bin", "/bin", "/run/current-system/sw/bin"].flatMap((folder) => [
    `${folder}/systemctl`,
    `${folder}/id`,
    `${folder}/getfacl`,
    `${folder}/kill`,
    `${folder}/ps`,
  ]),
];
