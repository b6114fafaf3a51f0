export { collectOutputs } from "./collect_outputs.ts";
export { createWorkspace } from "./create_workspace.ts";
export { diskUsage } from "./disk_usage.ts";
export { isMachineTrouble } from "../util/mod.ts";
export { freeInodes, freeSpace, MIN_INODES } from "./free_space.ts";
export { openOutput } from "./open_output.ts";
export { readTaskSheet } from "./read_task_sheet.ts";
export { removeWorkspace } from "./remove_workspace.ts";
export { stageInputs } from "./stage_inputs.ts";
export {
  type Collection,
  type CollectOptions,
  DiskFull,
  InputRefused,
  type InputSheet,
  type InputSink,
  MachineTrouble,
  type OutputFile,
  type Removal,
  type TaskSheet,
  type Usage,
} from "./types.ts";
