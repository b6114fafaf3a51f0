export { agentIdPath, readAgentId } from "./agent_id.ts";
export { folderName } from "./folder_name.ts";
export {
  daemonFiles,
  journalPath,
  spillFolder,
  TASK_FOLDERS,
  type TaskPaths,
  taskPaths,
  triesFolder,
  workspacesFolder,
} from "./layout.ts";
export { mendModes } from "./mend_modes.ts";
export { networkFilesystem } from "./network_filesystem.ts";
export {
  DOCTOR_PREFIX,
  isOwnEntry,
  isPrivate,
  isRecord,
  START_CHECK_PREFIX,
} from "./own_entries.ts";
export { prepareDataFolder } from "./prepare_data_folder.ts";
export { listTaskFiles, type TaskFiles } from "./task_files.ts";
export { ensureReserve, giveUpReserve, hasReserve, RESERVE_BYTES } from "./reserve.ts";
