import fs from "node:fs";
import { join } from "@std/path";
import { folderName, workspacesFolder } from "../data_folder/mod.ts";
import { Failure, workspaceText } from "../i18n/mod.ts";
import { errorCode, syncFolder } from "../util/mod.ts";
import { inputName } from "./input_name.ts";
import { createStagedFile } from "./staged_file.ts";
import { notCreated } from "./trouble_of.ts";
import type { StagedInput, TaskSheet, Workspace } from "./types.ts";

/**
 * Makes a fresh folder for an attempt at a task: `task.json`, `input/` and `output/`, writable for
 * any user, below a folder that only the agent's user may enter. What is there already, which a
 * container may have seen, is renamed to `{name}.old-N` first, N being the attempt before this one
 * or the next number that is free.
 *
 * @throws {Failure} naming the folder; `MachineTrouble` (`DiskFull`: no room) for what may pass
 */
export async function createWorkspace(
  { dataDir, task, attempt }: {
    readonly dataDir: string;
    readonly task: TaskSheet;
    /** 1 for the first. */
    readonly attempt: number;
  },
): Promise<Workspace> {
  const parent = workspacesFolder(dataDir);
  const name = folderName(task.id);
  const dir = join(parent, name);
  try {
    await Deno.mkdir(dataDir, { recursive: true, mode: 0o700 });
    makeParent(parent);
    setAside(parent, name, attempt);
    for (const folder of [dir, join(dir, "input"), join(dir, "output")]) openFolderToAll(folder);
    const inputs = task.inputFiles.map((file, index): StagedInput => ({
      ...file,
      localPath: `input/${inputName(file.filename, index + 1, task.inputFiles.length)}`,
    }));
    const sheet = new TextEncoder().encode(`${JSON.stringify(sheetOf(task, inputs), null, 2)}\n`);
    await using file = await createStagedFile(join(dir, "task.json"));
    await file.write(sheet);
    await file.sync();
    for (const folder of [join(dir, "output"), join(dir, "input"), dir, parent]) {
      await syncFolder(folder);
    }
    return { dir, inputs };
  } catch (error) {
    throw notCreated(error, dir);
  }
}

/** What the program in the container reads: every field of the task, paths below the workspace. */
function sheetOf(task: TaskSheet, inputs: readonly StagedInput[]): Record<string, unknown> {
  return {
    task_id: task.id,
    task_prompt: task.taskPrompt,
    prompt: task.taskPrompt,
    output_prompt: task.outputPrompt,
    session_id: task.sessionId,
    input_files: inputs.map((input) => ({
      id: input.id,
      filename: input.filename,
      mime_type: input.mimeType,
      size_bytes: input.sizeBytes,
      local_path: input.localPath,
    })),
  };
}

function makeParent(parent: string): void {
  try {
    fs.mkdirSync(parent, { mode: 0o700 });
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error;
  }
  const stat = fs.lstatSync(parent);
  if (!stat.isDirectory() || stat.isSymbolicLink()) {
    throw new Failure(workspaceText.notAFolder({ path: parent }));
  }
  if (Deno.build.os !== "windows" && (stat.mode & 0o777) !== 0o700) fs.chmodSync(parent, 0o700);
}

function setAside(parent: string, name: string, attempt: number): void {
  const exists = (path: string) => fs.lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  if (!exists(join(parent, name))) return;
  let number = Math.max(1, attempt - 1);
  while (exists(join(parent, `${name}.old-${number}`))) number++;
  fs.renameSync(join(parent, name), join(parent, `${name}.old-${number}`));
}

/** A new folder that any user may write to, whatever the umask says. */
function openFolderToAll(path: string): void {
  fs.mkdirSync(path);
  if (Deno.build.os !== "windows") fs.chmodSync(path, 0o777);
}
