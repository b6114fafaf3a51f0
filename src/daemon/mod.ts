export { acquireLock, AlreadyRunning, isRunning, type Lock } from "./lock.ts";
export { createLockFile, type HeldLock, tryLock } from "./lock_file.ts";
export { type Holder, readHolder } from "./holder.ts";
export {
  findUnlockedAgent,
  seenByPs,
  seenByTasklist,
  seenInStat,
  type SeenProcess,
  UnlockedAgentRuns,
} from "./unlocked_agent.ts";
export {
  type ControlAnswer,
  type ControlRequest,
  type StatusReport,
  STOP_MODES,
  type StopMode,
  type TaskStatus,
} from "./control_protocol.ts";
export {
  type ControlHandlers,
  type ControlServer,
  serveControl,
  type ServeControlOptions,
} from "./control_server.ts";
export {
  callControl,
  type CallControlOptions,
  ControlFailure,
  NotRunning,
} from "./control_client.ts";
export { LOOP_LIMIT_SECS, type LoopWatchdogOptions, startLoopWatchdog } from "./loop_watchdog.ts";
export { openRotatingLog, type RotatingLog, type RotatingLogOptions } from "./rotating_log.ts";
export { lastLines } from "./last_lines.ts";
export { detach, type Detached, DETACHED_VARIABLE, type DetachOptions } from "./detach.ts";
export { DENO_ARGS_VARIABLE, ownProgram, type Program } from "./own_program.ts";
export { stopAgent, type StopAgentOptions, type StopResult } from "./stop_agent.ts";
export { isStopMarked, takeStopMark } from "./stop_mark.ts";
export { SERVICE_VARIABLE, type ServiceOptions, type ServiceScope } from "./service_options.ts";
export { systemdUnit } from "./systemd_unit.ts";
export { launchdPlist } from "./launchd_plist.ts";
export { windowsTask } from "./windows_task.ts";
export {
  installService,
  type ServiceFile,
  serviceFile,
  type ServiceOutcome,
  uninstallService,
} from "./install_service.ts";
export {
  type ServiceAt,
  type ServiceKey,
  servicePath,
  type ServicePlace,
} from "./service_place.ts";
export { readVariables } from "./variables_file.ts";
export { type Account, findAccount, groupName } from "./account.ts";
export { type Hindrance, hindranceOf } from "./access.ts";
