const DRIVE = /^([A-Za-z]):[\\/]*/;

/**
 * The ways to spell a path of this machine that an engine may understand, the likeliest first.
 *
 * A Linux or macOS path is itself. A Windows path reaches an engine that runs Linux inside a virtual
 * machine: Docker Desktop takes `/c/Users/…` (and `C:\Users\…`), Podman and an engine inside WSL have
 * the drive at `/mnt/c`. Which it is, the start check finds out by trying them.
 *
 * ```ts
 * engineSpellings("C:\\data", "linux")[0]; // "/c/data"
 * ```
 */
export function engineSpellings(path: string, osType: string): readonly string[] {
  const drive = DRIVE.exec(path)?.[1];
  if (drive === undefined || osType === "windows") return [path];
  const rest = path.replace(DRIVE, "").replaceAll("\\", "/");
  const letter = drive.toLowerCase();
  return [
    `/${letter}/${rest}`,
    path,
    `/mnt/${letter}/${rest}`,
    `/run/desktop/mnt/host/${letter}/${rest}`,
  ];
}
