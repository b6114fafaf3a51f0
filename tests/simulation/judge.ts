import type { State } from "../../src/devserver/state.ts";
import { Buffer } from "node:buffer";

import { unzipSync } from "fflate";

import type { FileRow, TaskRow } from "../../src/devserver/records.ts";
import { REAL } from "./real_files.ts";
import { bytesOf, MAX_UPLOAD, type TaskPlan } from "./plan.ts";
import type { Run, RunEnd } from "./sim_engine.ts";

/** What has been done to a task, and what became of it. */
export interface Case {
  readonly task: TaskRow;
  readonly plan: TaskPlan;
  /** Every run of it, the oldest first. */
  readonly runs: readonly Run[];
  readonly state: State;
  /** Its user has cancelled it. */
  readonly isCancelled: boolean;
  /** Not much can be promised: see the misfortunes. */
  readonly isLoose: boolean;
  /** The disk was full, or failed, at some time. */
  readonly wasDiskBad: boolean;
  /** The network has delivered an accept a second time. */
  readonly isInDoubt: boolean;
  /** The network has delivered an upload a second time. */
  readonly isUploadedTwice: boolean;
  /** How often the engine has been started. */
  readonly engineStart: number;
  /** Calls to the engine that were made to fail. */
  readonly engineFaults: number;
}

/** Somebody else has ended it, when is open. */
const HURT: readonly (RunEnd | undefined)[] = ["killed", "out of memory", "removed"];
/** What the Server itself says of a task that no agent has ended. */
const BY_SERVER = /重试次数超过上限|Agent 离线/;

/** Looks whether a task that has ended has ended as it really went. @returns what is untrue */
export function untruth(facts: Case): string | undefined {
  const { task: { status, errorMessage }, isCancelled } = facts;
  if (BY_SERVER.test(errorMessage ?? "")) return undefined;
  if (facts.isLoose) return status === "completed" ? ofLoose(facts) : undefined;
  switch (status) {
    case "cancelled":
      return isCancelled ? undefined : "cancelled, and nobody wanted that";
    case "completed":
      return ofCompleted(facts);
    case "failed":
      return ofFailed(facts);
  }
  return undefined;
}

function ofCompleted(facts: Case): string | undefined {
  const run = facts.runs.findLast(({ end }) => end === "itself" && end !== undefined);
  if (!run) return "completed, and no run of it has ended by itself";
  if (run.exitCode !== 0) return `completed, and its code was ${run.exitCode}`;
  return ofFiles(facts, run) ?? ofWords(facts, run);
}

/** Whichever run it was, of what it has sent nothing is lost. */
function ofLoose(facts: Case): string | undefined {
  const runs = facts.runs.filter(({ end, exitCode }) => end === "itself" && exitCode === 0);
  if (runs.length === 0) return "completed, and no run of it has ended by itself with code 0";
  const words = runs.map((run) => ofFiles({ ...facts, isUploadedTwice: true }, run));
  return words.every((word) => word !== undefined) ? words[0] : undefined;
}

function ofFailed(facts: Case): string | undefined {
  const { runs, task: { errorMessage }, engineFaults, engineStart, isInDoubt, wasDiskBad } = facts;
  const run = runs.at(-1);
  const limit = /time limit of (\d+) minute/.exec(errorMessage ?? "");
  if (limit && run && !HURT.includes(run.end)) return ofTimeLimit(run, Number(limit[1]));
  // Three calls in a row that an engine refuses which is well otherwise, and a task is given up.
  if (engineFaults >= 3 && /Cannot (?:run|collect)/.test(errorMessage ?? "")) return undefined;
  // Nor is a disk believed that has no room for an input, though it has some without it.
  if (wasDiskBad && /Cannot prepare the task: No space/.test(errorMessage ?? "")) return undefined;
  const losses = runs.filter(({ end, start }) =>
    end === "lost" || end === "removed" || start < engineStart
  );
  const wasLostTwice = losses.length >= 2 && /went down twice/.test(errorMessage ?? "");
  if (wasLostTwice) return undefined;
  const said = `failed (${errorMessage})`;
  if (!run) {
    if (isInDoubt && /could not confirm/.test(errorMessage ?? "")) return undefined;
    return wasDiskBad ? undefined : `${said}, and it was never run`;
  }
  switch (run.end) {
    case "itself":
      // It had been asked to end, and ended as if nothing had been said.
      if (run.isStopped) return undefined;
      return run.exitCode === 0 ? `${said}, and its code was 0` : ofFiles(facts, run);
    case "asked":
      return wasDiskBad ? undefined : `${said}, and was stopped for no reason`;
    case "lost":
    case "removed":
      return `${said}, and it was lost only once`;
    default:
      return undefined;
  }
}

function ofTimeLimit(run: Run, minutes: number): string | undefined {
  const ran = (run.endedAt ?? Infinity) - run.startedAt;
  if (ran > 0.99 * minutes * 60_000) return undefined;
  return `stopped after ${Math.round(ran / 1000)} s for a limit of ${minutes} minutes`;
}

/** All its files are there, and nothing else, or it is said why not. */
function ofFiles({ task, state, wasDiskBad, isUploadedTwice }: Case, run: Run): string | undefined {
  const ids = (task.output?.file_ids ?? []) as string[];
  const files = ids.map((id) => state.files.get(id));
  const words = JSON.stringify(task.output);
  for (const file of files) {
    if (!file?.stored) return `${task.status} with a file that the Server has not`;
  }
  const sent = files.flatMap((file) => unpacked(file!));
  const broken = sent.find(({ name, bytes }) => {
    const planned = run.plan.files.find((file) => file.name === name);
    return Buffer.compare(bytes, bytesOf(`${task.id} ${name}`, planned?.size ?? 0)) !== 0;
  });
  if (broken) return `${task.status}, and ${broken.name} has other bytes`;
  const isPackRefused = /more-files-\d+\.zip/.test(words) &&
    !files.some((file) => file!.name.startsWith("more-files-"));
  const names = new Set(sent.map(({ name }) => name));
  if (names.size < sent.length) return `${task.status} with a file that is there twice`;
  for (const { name, size } of run.plan.files) {
    if (names.has(name) || !run.written.has(name) || isPackRefused) continue;
    if (size <= MAX_UPLOAD && !wasDiskBad) return `${task.status} without ${name}`;
    if (!words.includes(name)) return `${task.status} without ${name}, and nothing is said of it`;
  }
  if (isUploadedTwice) return undefined;
  const listed = state.filesOf(task.id).filter(({ createdBy, stored }) =>
    createdBy === "agent" && stored
  );
  const more = listed.filter(({ id }) => !ids.includes(id));
  return more.length > 0 ? `${task.status}, and ${more[0].name} is there twice` : undefined;
}

/** A file, or what is in it where several were packed into one. */
function unpacked({ name, path }: FileRow): { name: string; bytes: Uint8Array }[] {
  const bytes = REAL.readFileSync(path);
  if (!name.startsWith("more-files-")) return [{ name, bytes }];
  return Object.entries(unzipSync(bytes)).map(([name, bytes]) => ({ name, bytes }));
}

function ofWords({ task, wasDiskBad }: Case, { stdout }: Run): string | undefined {
  const said = String(task.output?.stdout);
  if (wasDiskBad || said === stdout) return undefined;
  return `completed, and its words were ${JSON.stringify(said)}, not ${JSON.stringify(stdout)}`;
}
