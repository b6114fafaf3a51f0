/** The user's home folder as the environment names it (`USERPROFILE` on Windows); undefined where it does not. */
export function homeFolder(
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  return env.HOME || env.USERPROFILE || undefined;
}
