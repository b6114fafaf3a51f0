/** The system's code of an error (`ENOENT`), or undefined. Deno's own errors have one too. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code } = error as Error & { code?: unknown };
  return typeof code === "string" ? code : undefined;
}

/** A short word for the cause of a file error: its code where it has one. */
export function causeOf(error: unknown): string {
  return errorCode(error) ?? (error instanceof Error ? error.message : String(error));
}

/** Whether the system said no to reading or writing. */
export function isDenied(error: unknown): boolean {
  const code = errorCode(error);
  return code === "EACCES" || code === "EPERM";
}

/** Whether there is no room left: a full disk or a used up quota. */
export function isFull(error: unknown): boolean {
  const code = errorCode(error);
  return code === "ENOSPC" || code === "EDQUOT";
}

/** What ails the machine and not the file that is asked for, and may pass. */
const MACHINE = new Set(["ENOSPC", "EDQUOT", "EIO", "EMFILE", "ENFILE", "ESTALE", "ENOMEM"]);

/** Whether an error of the system is the machine's: another try later may well succeed. */
export function isMachineTrouble(error: unknown): boolean {
  return MACHINE.has(errorCode(error) ?? "");
}
