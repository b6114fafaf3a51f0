import { join } from "@std/path";
import { packTar } from "modern-tar";
import { type Engine, EngineError } from "../../docker/mod.ts";
import { executorText, Failure } from "../../i18n/mod.ts";
import { traitsOf } from "./engine_traits.ts";
import type { Labels } from "./labels.ts";
import { withThrowAway } from "./throw_away.ts";

const PLACE = "agent-core-removes-this";
/** So many folders make way in one call: a task can leave any number. */
const BATCH = 1_000;

/** What {@linkcode removeFolder} needs. */
export interface RemoveFolderOptions {
  /** Any image that the engine has: nothing of it runs. */
  readonly image: string;
  readonly labels: Labels;
  /** Spells a path of this machine for the engine. */
  readonly spell: (path: string) => string;
  /** What the image's own `rm` is run with, should the engine not do it by itself. */
  readonly runtime?: string;
  readonly signal?: AbortSignal;
}

/**
 * Deletes a folder that the agent may not empty itself, because its files belong to the user of a
 * container.
 *
 * It takes a container with that folder and nothing else, which is **never started**: the engine is
 * asked to unpack a tar in which the folder's mount point is a plain file. To make way for the file it
 * deletes what is in the folder, with its own rights and without following links, and then fails at the
 * mount point itself, which stays as an empty folder for the agent. So no program of the image is
 * needed, and none that a task has left runs. (20.10.24 does this to a tree 12,000 characters deep and
 * to folders of mode 0; where an engine does not, the image's `rm` is the second try.)
 *
 * @throws {Failure} when something is left.
 */
export async function removeFolder(
  engine: Engine,
  path: string,
  options: RemoveFolderOptions,
): Promise<void> {
  if (await isGone(path)) return;
  await withThrowAway(engine, specOf(path, options), async (id) => {
    const empty = traitsOf(engine).emptiesMounts ? emptyAtOnce : emptyFolderByFolder;
    await empty(engine, { id, path, signal: options.signal }).catch((error) => {
      // Failing at the mount point is how it ends; what counts is what is left.
      if (!(error instanceof EngineError) || error.unreachable) throw error;
    });
    if (await isGone(path)) return;
    await engine.startContainer(id, options.signal);
    await engine.waitContainer(id, { signal: options.signal });
  }, options.signal).catch(async (error) => {
    options.signal?.throwIfAborted();
    if (!await isGone(path)) {
      throw new Failure(executorText.folderNotRemoved({ path }), { cause: error });
    }
  });
  if (!await isGone(path)) throw new Failure(executorText.folderNotRemoved({ path }));
}

interface Mounted {
  readonly id: string;
  /** What is mounted in it. */
  readonly path: string;
  readonly signal?: AbortSignal;
}

async function emptyAtOnce(engine: Engine, { id, signal }: Mounted): Promise<void> {
  await putFiles(engine, id, { into: "/", names: [PLACE], signal });
}

/**
 * Podman (4.3 to 5.8) unpacks beside the mount, but into it, too: so each folder in there makes way for an
 * empty file, which the agent can take away itself.
 */
async function emptyFolderByFolder(engine: Engine, { id, path, signal }: Mounted): Promise<void> {
  let names: string[] = [];
  const empty = async () => {
    if (names.length > 0) await putFiles(engine, id, { into: `/${PLACE}`, names, signal });
    names = [];
  };
  for await (const { name, isDirectory } of Deno.readDir(path)) {
    if (!isDirectory) continue;
    names.push(name);
    if (names.length === BATCH) await empty();
  }
  await empty();
  for await (const { name } of Deno.readDir(path)) {
    await Deno.remove(join(path, name)).catch(() => {});
  }
}

/** Unpacks empty files. */
async function putFiles(
  engine: Engine,
  id: string,
  { into, names, signal }: {
    readonly into: string;
    readonly names: readonly string[];
    readonly signal?: AbortSignal;
  },
): Promise<void> {
  const tar = await packTar(names.map((name) => ({ header: { name, size: 0 } })));
  await engine.putArchive(id, into, ReadableStream.from([tar]), signal);
}

function specOf(path: string, { image, labels, spell, runtime }: RemoveFolderOptions) {
  return {
    Image: image,
    Entrypoint: ["rm", "-rf", `/${PLACE}`],
    Cmd: [],
    User: "0:0",
    WorkingDir: "/",
    Labels: labels,
    NetworkDisabled: true,
    HostConfig: {
      Mounts: [{ Type: "bind", Source: spell(path), Target: `/${PLACE}` }],
      NetworkMode: "none",
      CapDrop: ["ALL"],
      CapAdd: ["DAC_OVERRIDE", "FOWNER"],
      SecurityOpt: ["no-new-privileges"],
      ...runtime !== undefined && { Runtime: runtime },
      // The daemon's own driver may need a log server.
      LogConfig: { Type: "none" },
      RestartPolicy: { Name: "no" },
    },
  } as const;
}

/** Removes the folder itself, which is the agent's own, if it is empty by now. */
async function isGone(path: string): Promise<boolean> {
  try {
    await Deno.remove(path);
    return true;
  } catch (error) {
    return error instanceof Deno.errors.NotFound;
  }
}
