/** The credential helpers that there usually are on Linux: Docker's own and those of the clouds. */
export const CREDENTIAL_HELPERS: readonly string[] = [
  "acr-env",
  "acr-linux",
  "desktop",
  "ecr-login",
  "gcloud",
  "gcr",
  "pass",
  "secretservice",
];

/** Where a helper goes that is installed by hand. */
export const LOCAL_FOLDER = "/usr/local/bin";

/** Where helpers are on Linux. */
const LINUX_FOLDERS = [LOCAL_FOLDER, "/usr/bin", "/bin", "/run/current-system/sw/bin"];

/** What every credential helper's name begins with. */
export const HELPER_PREFIX = "docker-credential-";

/**
 * The credential helpers that the compiled program may start on Linux, each by its whole path: Deno takes
 * no pattern, and looks a bare name up once, when the program starts.
 */
export const HELPER_PROGRAMS: readonly string[] = LINUX_FOLDERS.flatMap((folder) =>
  CREDENTIAL_HELPERS.map((name) => `${folder}/${HELPER_PREFIX}${name}`)
);

/** Folders in which helpers are looked for after those of PATH: a service has but a short one. */
export function usualFolders(os: typeof Deno.build.os): readonly string[] {
  switch (os) {
    case "windows":
      return ["C:\\Program Files\\Docker\\Docker\\resources\\bin"];
    case "darwin":
      return [
        LOCAL_FOLDER,
        "/opt/homebrew/bin",
        "/Applications/Docker.app/Contents/Resources/bin",
        "/usr/bin",
      ];
    default:
      return LINUX_FOLDERS;
  }
}
