export { acquireLock, AlreadyRunning, isRunning } from "./lock.ts";
export { createLockFile, type HeldLock, tryLock } from "./lock_file.ts";
export { readHolder } from "./holder.ts";
export {
  findUnlockedAgent,
  seenByPs,
  seenByTasklist,
  seenInStat,
  UnlockedAgentRuns,
} from "./unlocked_agent.ts";
export { type StatusReport, type StopMode, type TaskStatus } from "./control_protocol.ts";
export { type ControlHandlers, serveControl, type ServeControlOptions } from "./control_server.ts";
export { callControl, ControlFailure, NotRunning } from "./control_client.ts";
export { LOOP_LIMIT_SECS, startLoopWatchdog } from "./loop_watchdog.ts";
export { openRotatingLog } from "./rotating_log.ts";
export { lastLines } from "./last_lines.ts";
export { detach, DETACHED_VARIABLE } from "./detach.ts";
export { ownProgram, type Program } from "./own_program.ts";
export { stopAgent } from "./stop_agent.ts";
export { isStopMarked, takeStopMark } from "./stop_mark.ts";
export { SERVICE_VARIABLE, type ServiceOptions } from "./service_options.ts";
export { systemdUnit } from "./systemd_unit.ts";
export { launchdPlist } from "./launchd_plist.ts";
export { windowsTask } from "./windows_task.ts";
export { installService, serviceFile, uninstallService } from "./install_service.ts";
export { servicePath, type ServicePlace } from "./service_place.ts";
export { readVariables } from "./variables_file.ts";
export { type Account, findAccount, groupName } from "./account.ts";
export { type Hindrance, hindranceOf } from "./access.ts";
