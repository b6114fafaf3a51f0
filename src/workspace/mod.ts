export { collectOutputs } from "./collect_outputs.ts";
export { type CreateOptions, createWorkspace } from "./create_workspace.ts";
export { diskUsage } from "./disk_usage.ts";
export { isMachineTrouble } from "../util/mod.ts";
export { freeInodes, freeSpace, MIN_INODES } from "./free_space.ts";
export { type OpenOptions, openOutput } from "./open_output.ts";
export { readTaskSheet } from "./read_task_sheet.ts";
export { removeWorkspace } from "./remove_workspace.ts";
export { stageInputs, type StageOptions } from "./stage_inputs.ts";
export {
  type Collection,
  type CollectOptions,
  DiskFull,
  InputRefused,
  type InputSheet,
  type InputSink,
  MachineTrouble,
  OutputChanged,
  type OutputFile,
  type OutputLimits,
  type OutputSource,
  type Removal,
  type Renamed,
  type SkipKind,
  type Skipped,
  type SkippedCount,
  type StagedInput,
  type TaskSheet,
  type Unread,
  type Usage,
  type Workspace,
} from "./types.ts";
