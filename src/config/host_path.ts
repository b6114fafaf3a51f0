import * as posix from "@std/path/posix";
import * as win32 from "@std/path/windows";

import { configText, type Text } from "../i18n/mod.ts";

/** What the meaning of a path depends on. */
export interface PathContext {
  readonly os: typeof Deno.build.os;
  /** Linux inside of Windows. */
  readonly wsl: boolean;
  /** For `~/`. */
  readonly home?: string;
}

/** An absolute path, or what was expected instead. */
export type HostPath = { readonly path: string } | { readonly expected: Text };

/**
 * A path of this machine as a person writes it, made absolute: relative ones start at `base`,
 * `~/` is the home folder. On Windows both slashes work and the drive letter becomes a capital, as
 * Docker Desktop wants it; elsewhere a path with a drive letter is refused, and WSL2 names the
 * `/mnt/c/…` that was meant.
 */
export function resolveHostPath(text: string, base: string, context: PathContext): HostPath {
  // deno-lint-ignore no-control-regex
  if (/[\x00-\x1f\x7f]/.test(text)) return { expected: configText.expectPathWithoutControls };
  if (text.trim() === "") return { expected: configText.expectHostPath };
  const windows = context.os === "windows";
  if (text === "~" || text.startsWith("~/") || (windows && text.startsWith("~\\"))) {
    if (!context.home) return { expected: configText.expectHome };
    const rest = text.slice(2);
    const path = windows ? win32.resolve(context.home, rest) : posix.resolve(context.home, rest);
    return { path: windows ? capitalDrive(path) : path };
  }
  const drive = /^([a-z]):([\\/]?)(.*)$/is.exec(text);
  if (!windows) {
    // A colon as the second letter is all but never meant: only with a slash is it surely a drive.
    if (!drive?.[2] && !text.startsWith("\\\\")) return { path: posix.resolve(base, text) };
    if (!context.wsl || !drive) return { expected: configText.expectNoWindowsPath };
    const path = `/mnt/${drive[1]!.toLowerCase()}/${drive[3]!.replaceAll("\\", "/")}`;
    return { expected: configText.expectWslPath({ path: posix.normalize(path) }) };
  }
  if (drive && !drive[2]) {
    const path = win32.normalize(`${drive[1]!.toUpperCase()}:\\${drive[3]}`);
    return { expected: configText.expectWholeDrivePath({ path }) };
  }
  return { path: capitalDrive(win32.resolve(base, text)) };
}

function capitalDrive(path: string): string {
  return path.replace(/^[a-z]:/, (drive) => drive.toUpperCase());
}

/** Whether this Linux runs inside of Windows. */
export function isWsl(os: typeof Deno.build.os, env: Readonly<Record<string, string>>): boolean {
  if (os !== "linux") return false;
  if (env.WSL_DISTRO_NAME || env.WSL_INTEROP) return true;
  try {
    return /microsoft/i.test(Deno.osRelease());
  } catch {
    return false;
  }
}
