import { systemText } from "./system.ts";
import type { Text } from "./text.ts";

/** What the system refused to do with a file, a folder or a pipe. */
export interface SystemError {
  /** The system's own: `ENOSPC`. One that {@linkcode systemText} has words for. */
  readonly code: string;
  readonly operation: keyof typeof systemText.cannot;
  /** Where it is known. */
  readonly path?: string;
}

type Fields = Error & { code?: unknown; path?: unknown; syscall?: unknown };

/** How Deno ends its messages: `… (os error 13): open '/a'`, `… rename '/a' -> '/b'`. */
const CALL = /\(os error \d+\): (\w+) '(.*)'$/s;
const SPAWN = /^Failed to spawn '(.*?)'/s;
/** SQLite has words of its own for what the system told it. */
const SQLITE: readonly (readonly [RegExp, string])[] = [
  [/database or disk is full/, "ENOSPC"],
  [/disk I\/O error/, "EIO"],
];

const OPERATIONS: Readonly<Record<string, SystemError["operation"]>> = {
  open: "open",
  readfile: "read",
  readdir: "read",
  scandir: "read",
  read: "read",
  writefile: "write",
  write: "write",
  truncate: "write",
  mkdir: "create",
  symlink: "create",
  link: "create",
  copy: "create",
  remove: "remove",
  rm: "remove",
  unlink: "remove",
  rmdir: "remove",
  rename: "rename",
};

/** Reads an error of Deno's, Node's or SQLite's; undefined where it is not about files or pipes. */
export function systemErrorOf(error: unknown): SystemError | undefined {
  if (!(error instanceof Error)) return undefined;
  const { message, code, path, syscall } = error as Fields;
  const known = code === "ERR_SQLITE_ERROR"
    ? SQLITE.find(([words]) => words.test(message))?.[1]
    : code;
  if (typeof known !== "string" || !Object.hasOwn(systemText.reasons, known)) return undefined;
  const spawned = SPAWN.exec(message)?.[1];
  if (spawned !== undefined) return { code: known, operation: "start", path: spawned };
  const [, call = typeof syscall === "string" ? syscall : "", said] = CALL.exec(message) ?? [];
  return {
    code: known,
    operation: OPERATIONS[call] ?? "access",
    path: said?.split("' -> '", 1)[0] ?? (typeof path === "string" ? path : undefined),
  };
}

/** Why the system refused it, and where. */
export function systemReason({ code, path }: SystemError): Text {
  const reason = systemText.reasons[code];
  return path === undefined ? reason : systemText.reasonAt({ reason, path });
}

/** A whole message: what could not be done where, why, and what to do. */
export function systemTrouble({ code, operation, path }: SystemError): Text {
  const reason = systemText.reasons[code];
  const advice = systemText.advice[code];
  return path === undefined
    ? systemText.troubleSomewhere({ reason, advice })
    : systemText.trouble({ cannot: systemText.cannot[operation], path, reason, advice });
}
