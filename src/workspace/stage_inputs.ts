import { join } from "@std/path";
import { workspaceText } from "../i18n/mod.ts";
import { syncFolder } from "../util/mod.ts";
import { freeSpace } from "./free_space.ts";
import { removeWorkspace } from "./remove_workspace.ts";
import { createStagedFile, type StagedFile } from "./staged_file.ts";
import { troubleOf } from "./trouble_of.ts";
import {
  DiskFull,
  InputRefused,
  type InputSink,
  type StagedInput,
  type Workspace,
} from "./types.ts";

/** How {@linkcode stageInputs} gets the files. */
export interface StageOptions {
  readonly workspace: Workspace;
  /**
   * Writes one file's bytes into the sink, whole. It may begin again after a cut, with
   * {@linkcode InputSink.restart}.
   */
  readonly download: (file: StagedInput, sink: InputSink, signal?: AbortSignal) => Promise<void>;
  /** Bytes of one file at most, announced or not; 0 means no limit. @default {0} */
  readonly maxBytes?: number;
  /** Bytes that must stay free on the disk. @default {64 MiB} */
  readonly minFree?: number;
  readonly signal?: AbortSignal;
}

/** After so many bytes the disk is looked at again. */
const LOOK_EVERY = 32 * 1024 * 1024;

/**
 * Fetches a task's input files into its workspace, one after the other. When this returns they are
 * on the disk, power cut or not. After a failure or an abort nothing of the workspace is left.
 *
 * @throws {InputRefused} for a file that is longer or shorter than announced, or above `maxBytes`
 * @throws {MachineTrouble} for what may pass; `DiskFull` when the disk has no room for it
 * @throws whatever `download` throws, and the signal's reason
 */
export async function stageInputs(options: StageOptions): Promise<void> {
  const { workspace, signal } = options;
  try {
    for (const input of workspace.inputs) {
      signal?.throwIfAborted();
      await stageOne(input, options);
    }
    await syncFolder(join(workspace.dir, "input"));
    await syncFolder(workspace.dir);
  } catch (error) {
    // Not by the signal: no task has run in it yet, so it holds no more than was staged.
    await removeWorkspace(workspace.dir);
    throw troubleOf(error, workspace.dir);
  }
}

async function stageOne(input: StagedInput, options: StageOptions): Promise<void> {
  const { workspace, download, maxBytes = 0, minFree = 64 * 1024 * 1024, signal } = options;
  const path = join(workspace.dir, ...input.localPath.split("/"));
  const named = { name: input.localPath, id: input.id };
  if (maxBytes > 0 && (input.sizeBytes ?? 0) > maxBytes) {
    throw new InputRefused(workspaceText.inputTooLarge({ ...named, limit: maxBytes }));
  }
  const room = async (bytes: number) => {
    if (await freeSpace(workspace.dir) - bytes >= minFree) return;
    throw new DiskFull(workspaceText.diskFull({ path }));
  };
  await room(input.sizeBytes ?? 0);
  try {
    await using file = await createStagedFile(path);
    await download(input, createSink(file, input, { maxBytes, room }), signal);
    signal?.throwIfAborted();
    const announced = input.sizeBytes;
    if (announced !== null && file.size < announced) {
      const words = { ...named, announced, received: file.size };
      throw new InputRefused(workspaceText.inputTooShort(words));
    }
    await file.sync();
  } catch (error) {
    throw troubleOf(error, path);
  }
}

function createSink(
  file: StagedFile,
  input: StagedInput,
  { maxBytes, room }: {
    readonly maxBytes: number;
    readonly room: (bytes: number) => Promise<void>;
  },
): InputSink {
  const named = { name: input.localPath, id: input.id };
  let unseen = 0;
  return {
    async write(chunk) {
      const size = file.size + chunk.length;
      if (input.sizeBytes !== null && size > input.sizeBytes) {
        const words = workspaceText.inputTooLong({ ...named, announced: input.sizeBytes });
        throw new InputRefused(words);
      }
      if (maxBytes > 0 && size > maxBytes) {
        throw new InputRefused(workspaceText.inputTooLarge({ ...named, limit: maxBytes }));
      }
      unseen += chunk.length;
      if (unseen >= LOOK_EVERY) {
        unseen = 0;
        await room(chunk.length);
      }
      await file.write(chunk);
    },
    restart: () => file.restart(),
  };
}
