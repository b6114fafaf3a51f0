import type { Disk } from "./disk.ts";
import type { Host } from "./host.ts";
import { REAL } from "./real_files.ts";
import { theWorld } from "./globals.ts";

// The one place that every call of the program to the file system passes: when it takes effect is the
// seed's choice, and what is dead never gets there.

/** The machine of whoever is calling. */
function hostHere(): Host | undefined {
  return theWorld().current.host as Host | undefined;
}

/** The disk of whoever is calling; undefined for those whose disks never fail. */
export function diskHere(): Disk | undefined {
  return hostHere()?.disk;
}

/** An engine's own trouble is another: what goes wrong on its road. */
function isEngine(): boolean {
  return hostHere()?.engine.actor === theWorld().current;
}

/** Lets a call take effect in its turn. */
export function inTurn<T>(what: string, effect: () => T, call: "read" | "write" = "read") {
  const world = theWorld();
  const disk = diskHere();
  const failing = isEngine() ? undefined : disk;
  return new Promise<T>((resolve, reject) => {
    const slow = world.order.is(0.01) ? 3_000 : 3;
    const ms = disk ? world.order.fraction() * slow : 0;
    world.after(world.current, ms, what, () => {
      try {
        failing?.check(call);
        resolve(effect());
      } catch (error) {
        reject(error);
      }
    });
  });
}

/** What a path stands for that goes through an open folder. */
export function resolved(path: string | URL): string {
  const words = String(path instanceof URL ? path.pathname : path);
  if (!words.startsWith("/proc/self/fd/")) return words;
  const [number, ...rest] = words.slice("/proc/self/fd/".length).split("/");
  try {
    return [REAL.readlinkSync(`/proc/self/fd/${number}`), ...rest].join("/");
  } catch {
    return words;
  }
}

/** Gives what was made the world's time: its own clock's is what the program compares it with. */
function stamp(path: string): void {
  const now = new Date();
  REAL.utimesSync(path, now, now);
}

/** Does what may make a file, and notes it. */
export function making<T>(path: string, make: () => T): T {
  const isNew = !REAL.existsSync(path);
  const made = make();
  if (isNew && REAL.existsSync(path)) {
    stamp(path);
    diskHere()?.unsynced.created(resolved(path));
  }
  return made;
}

export function renaming<T>(from: string, to: string, rename: () => T): T {
  diskHere()?.unsynced.renaming(resolved(from), resolved(to));
  return rename();
}

export function removing<T>(path: string, remove: () => T): T {
  const disk = diskHere();
  const size = REAL.lstatSync(path, { throwIfNoEntry: false })?.size ?? 0;
  const result = remove();
  disk?.unsynced.removed(resolved(path));
  disk?.give(size);
  return result;
}
