import { daemonText, textOf, verbatim } from "../i18n/mod.ts";

/** How {@linkcode openRotatingLog} keeps a log small. */
export interface RotatingLogOptions {
  /** Bytes from which a new file is begun. @default {10485760} */
  readonly maxBytes?: number;
  /** Older files that stay, as `path.1` (the newest) to `path.N`. @default {3} */
  readonly keep?: number;
}

/** A log file that stays under a size. */
export interface RotatingLog extends Disposable {
  /** Adds a whole line, newline included. Never throws: a full disk must not end a task. */
  write(line: string): void;
}

/**
 * Opens (0600) a log that is appended to and kept under a size. A full one is copied to `path.1` and
 * emptied in place rather than renamed: the process's own stdout and stderr may lead to the same file
 * and must go on doing so, and Windows renames no open file. Lines are written at once and in order,
 * so that a crash loses none. While nothing can be written, lines are counted, and the count is the
 * first line afterwards.
 *
 * @throws whatever the system says when the file cannot be opened.
 */
export function openRotatingLog(
  path: string,
  { maxBytes = 10 * 1024 * 1024, keep = 3 }: RotatingLogOptions = {},
): RotatingLog {
  // Of a process that was killed while it copied.
  ifThere(() => Deno.removeSync(copyOf(path)));
  const file = Deno.openSync(path, { append: true, create: true, mode: 0o600 });
  const encoder = new TextEncoder();
  let lost = 0;
  let reason = verbatim("");
  let size = file.statSync().size;
  let rotateAt = maxBytes;

  const append = (line: string) => {
    const bytes = encoder.encode(line);
    if (size > 0 && size + bytes.length > rotateAt) {
      // Others write here too (a crashing runtime's last words): what counts is the real size.
      size = file.statSync().size;
      if (size + bytes.length > rotateAt) rotate();
    }
    for (let sent = 0; sent < bytes.length;) sent += file.writeSync(bytes.subarray(sent));
    size += bytes.length;
  };
  const rotate = () => {
    try {
      shift(path, keep);
      // By name: on Windows a file opened for appending cannot be cut.
      Deno.truncateSync(path, 0);
      size = 0;
      rotateAt = maxBytes;
    } catch {
      // No room for a copy, perhaps: better a long log than none. Tried again a while later.
      rotateAt = size + Math.max(1, Math.ceil(maxBytes / 10));
    }
  };
  return {
    write(line) {
      try {
        if (lost > 0) {
          const loss = daemonText.logLinesLost({ lines: lost, reason });
          append(`${new Date().toISOString()} WARN  ${loss.en}\n`);
          lost = 0;
        }
        append(line);
      } catch (error) {
        lost++;
        reason = textOf(error);
      }
    },
    [Symbol.dispose]: () => file.close(),
  };
}

/** Makes `path.1` a copy of `path`, after moving the older ones up by one and dropping the oldest. */
function shift(path: string, keep: number): void {
  if (keep < 1) return;
  const copy = copyOf(path);
  try {
    // First, so that the older ones stay as they are when there is no room for it.
    Deno.copyFileSync(path, copy);
    ifThere(() => Deno.removeSync(`${path}.${keep}`));
    for (let n = keep - 1; n >= 1; n--) {
      ifThere(() => Deno.renameSync(`${path}.${n}`, `${path}.${n + 1}`));
    }
    Deno.renameSync(copy, `${path}.1`);
  } catch (error) {
    ifThere(() => Deno.removeSync(copy));
    throw error;
  }
}

function copyOf(path: string): string {
  return `${path}.1.tmp`;
}

/** Does something with a file, nothing where there is none. */
function ifThere(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
