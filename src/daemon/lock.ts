import { daemonFiles } from "../data_folder/mod.ts";
import { controlText, Failure, reasonOf } from "../i18n/mod.ts";
import { sleep } from "../util/mod.ts";
import { readHolder, removeHolder, writeHolder } from "./holder.ts";
import { createLockFile, type HeldLock, tryLock } from "./lock_file.ts";
import { findUnlockedAgent, UnlockedAgentRuns } from "./unlocked_agent.ts";

/** Another process has the data folder. */
export class AlreadyRunning extends Failure {
  override readonly name = "AlreadyRunning";
  /** Undefined when it is not known for certain. */
  readonly pid?: number;

  constructor(dataDir: string, pid?: number) {
    super(controlText.alreadyRunning({ dataDir, pid }));
    this.pid = pid;
  }
}

/** Proof that no other agent works on the data folder. Disposing removes `agent.pid` and lets go. */
export interface Lock extends AsyncDisposable {
  readonly dataDir: string;
}

/** Longer than anybody who only looks ({@linkcode isRunning}) keeps the lock. */
const TRY_FOR_MS = 500;
/** How long a deleted lock file can stay away, milliseconds. */
const LOOK_EVERY_MS = 5_000;

/**
 * Takes the data folder for this process, making it (0700) if it is not there, and writes `agent.pid`.
 * The lock is the operating system's: however the process ends, it is free again. Should somebody delete
 * its file, it is made and locked anew; until then the agent's socket keeps others out.
 *
 * @throws {AlreadyRunning} when another process has it.
 * @throws {UnlockedAgentRuns} when an agent that does not know the lock works there.
 * @throws {Failure} when the file cannot be opened or the file system knows no locks.
 */
export async function acquireLock(dataDir: string): Promise<Lock> {
  const { lock: path } = daemonFiles(dataDir);
  const held = await openLocked(dataDir, path);
  try {
    const unlocked = await findUnlockedAgent(dataDir);
    if (unlocked) throw new UnlockedAgentRuns(dataDir, unlocked);
    await writeHolder(dataDir);
  } catch (error) {
    held.release();
    if (error instanceof UnlockedAgentRuns) throw error;
    throw new Failure(controlText.lockImpossible({ path, reason: reasonOf(error) }));
  }
  const kept = keepLocked(path, held);
  let released = false;
  return {
    dataDir,
    async [Symbol.asyncDispose]() {
      // A second time the files may be the next one's.
      if (released) return;
      released = true;
      await removeHolder(dataDir);
      kept.release();
    },
  };
}

/** Keeps a lock although its file may be deleted; looks now and then. */
function keepLocked(path: string, first: HeldLock): HeldLock {
  const locks = [first];
  const inodeNow = () => Deno.lstat(path).then(({ ino }) => ino, () => undefined);
  let inode = inodeNow();
  const look = async () => {
    if (await inodeNow() === await inode) return;
    await createLockFile(path);
    const anew = tryLock(path);
    if (!anew) return;
    locks.push(anew);
    inode = inodeNow();
  };
  // What fails now is tried again.
  const timer = setInterval(() => void look().catch(() => {}), LOOK_EVERY_MS);
  Deno.unrefTimer(timer);
  return {
    release() {
      clearInterval(timer);
      for (const lock of locks) lock.release();
    },
  };
}

/**
 * Says whether an agent works on the data folder, and asks nobody but the lock: right whatever a pid
 * file says, and for processes of other users too as far as the file may be read.
 *
 * @throws {Failure} when the lock file is there but may not be opened.
 */
export async function isRunning(dataDir: string): Promise<boolean> {
  const { lock: path } = daemonFiles(dataDir);
  if (!await isThere(path)) return await answers(dataDir);
  const held = await lockIfFree(dataDir, path);
  held?.release();
  return held === undefined;
}

/**
 * Removes what an agent that died has left behind (`agent.pid`, its socket), and does nothing while one
 * is alive. What an agent without the lock has written stays. Returns whether the folder was free.
 */
export async function tidyIfFree(dataDir: string, tidy: () => Promise<void>): Promise<boolean> {
  if (!(await Deno.stat(dataDir).catch(() => undefined))) return true;
  const held = await lockIfFree(dataDir, daemonFiles(dataDir).lock, { make: true });
  if (!held) return false;
  try {
    if (!await findUnlockedAgent(dataDir)) await removeHolder(dataDir);
    await tidy();
    return true;
  } finally {
    held.release();
  }
}

/** The lock if nobody has it: for a moment, only to look or to keep others out meanwhile. */
async function lockIfFree(
  dataDir: string,
  path: string,
  { make = false } = {},
): Promise<HeldLock | undefined> {
  try {
    if (make) await createLockFile(path);
    return await tryFree(dataDir, path);
  } catch (error) {
    throw await lockFailure(path, error);
  }
}

/** A lock file that may not be seen is not one that is absent: another user's agent may well run. */
async function isThere(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.PermissionDenied) throw await lockFailure(path, error);
    return false;
  }
}

async function openLocked(dataDir: string, path: string): Promise<HeldLock> {
  try {
    await Deno.mkdir(dataDir, { recursive: true, mode: 0o700 });
    await createLockFile(path);
    const deadline = performance.now() + TRY_FOR_MS;
    for (;;) {
      const held = await tryFree(dataDir, path);
      if (held) return held;
      if (performance.now() > deadline) break;
      await sleep(25);
    }
  } catch (error) {
    throw await lockFailure(path, error);
  }
  throw new AlreadyRunning(dataDir, (await readHolder(dataDir))?.pid);
}

/** The lock, unless somebody has it or works on the folder without it: its file was deleted. */
async function tryFree(dataDir: string, path: string): Promise<HeldLock | undefined> {
  const held = tryLock(path);
  if (!held || !await answers(dataDir)) return held;
  held.release();
  return undefined;
}

/** Whether an agent listens at this folder's socket. A dead one's refuses; Windows deletes no open file. */
async function answers(dataDir: string): Promise<boolean> {
  if (Deno.build.os === "windows") return false;
  const path = daemonFiles(dataDir).socket;
  try {
    (await Deno.connect({ transport: "unix", path })).close();
    return true;
  } catch {
    return false;
  }
}

async function lockFailure(path: string, error: unknown): Promise<Failure> {
  if (error instanceof Deno.errors.PermissionDenied || await isForbidden(path)) {
    return new Failure(controlText.controlForbidden({ path }));
  }
  return new Failure(controlText.lockImpossible({ path, reason: reasonOf(error) }));
}

/** Asked of the system and not tried: opening and closing it here would drop this process's lock. */
async function isForbidden(path: string): Promise<boolean> {
  // Not above: it takes as long to load as all the rest of `status`.
  const { access, constants } = await import("node:fs/promises");
  return await access(path, constants.R_OK | constants.W_OK).then(
    () => false,
    (error) => (error as { code?: unknown }).code === "EACCES",
  );
}
