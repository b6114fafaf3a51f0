import {
  hang,
  hangRegularCalls,
  TASK_CALLS,
  troubleEachCall,
  troubleRegularCalls,
  TROUBLES,
} from "./bad_answers.ts";
import { cancelAfterRestart, crashAgainAndAgain, crashAtEachWrite } from "./crashes.ts";
import { cancelBesideBacklog, endAgent } from "./ends.ts";
import {
  meddleWithContainers,
  removeImage,
  restartEngine,
  runOutOfMemory,
} from "./engine_trouble.ts";
import { fillDisk, lowDisk } from "./full_disk.ts";
import type { Ledger } from "./ledger.ts";
import {
  cancelDuringOutage,
  endElsewhere,
  loseFolders,
  loseHeartbeats,
  loseJournal,
  respellAddress,
  shareEngine,
  silence,
} from "./leases.ts";
import { hangEngineCalls, vanishMount } from "./machine_trouble.ts";
import { refuseFiles } from "./refusals.ts";
import { restartServerAtEachWrite, restoreAfterDelivery } from "./server_restarts.ts";

/** Faults of one kind, in a world of their own. */
export type Campaign = (ledger: Ledger) => Promise<void>;

const NAMES = Object.keys(TROUBLES);
const ENDS = ["leave", "drain", "cancel-tasks", "SIGTERM", "SIGINT twice"] as const;

/** All of them; those that mostly wait come first, then the longest. */
export const CAMPAIGNS: Readonly<Record<string, Campaign>> = {
  "hanging requests": hang,
  "hanging calls to the engine": hangEngineCalls,
  "lost heartbeats": loseHeartbeats,
  "hanging polls and heartbeats": hangRegularCalls,
  "a silence": silence,
  "a Server from a backup after the delivery": restoreAfterDelivery,
  "a lease taken away for good": endElsewhere,
  ...Object.fromEntries([0, 8, 16].map((from) => [
    `bad answers to heartbeats, from ${NAMES[from]} on`,
    (ledger: Ledger) => troubleRegularCalls(ledger, "heartbeat", NAMES.slice(from, from + 8)),
  ])),
  "engine restarts": (ledger) => restartEngine(ledger, { liveRestore: false }),
  "engine restarts with live-restore": (ledger) => restartEngine(ledger, { liveRestore: true }),
  "cancels after a restart": cancelAfterRestart,
  "crashes in a row": crashAgainAndAgain,
  "crashes before each write": (ledger) => crashAtEachWrite(ledger, "before"),
  "crashes after each write": (ledger) => crashAtEachWrite(ledger, "after"),
  "Server restarts": (ledger) => restartServerAtEachWrite(ledger, "at once"),
  "Server restarts after a long time": (ledger) => restartServerAtEachWrite(ledger, "aged"),
  "Servers from a backup": (ledger) => restartServerAtEachWrite(ledger, "restored"),
  "bad answers about tasks": (ledger) => troubleEachCall(ledger, TASK_CALLS),
  "bad answers to polls": (ledger) => troubleRegularCalls(ledger, "poll", NAMES),
  "final refusals": refuseFiles,
  "meddling with containers": meddleWithContainers,
  "out of memory": runOutOfMemory,
  "a missing image": removeImage,
  "a vanished mount": vanishMount,
  "a full disk": fillDisk,
  "a low disk": lowDisk,
  "cancels in an outage": cancelDuringOutage,
  "a lost journal": loseJournal,
  "a lost journal and workspace": loseFolders,
  "an address that is respelled": respellAddress,
  "two agents on one engine": shareEngine,
  "a backlog at `stop --cancel-tasks`": cancelBesideBacklog,
  ...Object.fromEntries(
    ENDS.map((how) => [`an end by ${how}`, (ledger: Ledger) => endAgent(ledger, how)]),
  ),
};
