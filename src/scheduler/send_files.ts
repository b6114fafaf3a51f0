import { schedulerText, type Text } from "../i18n/mod.ts";
import type { FileRow } from "../journal/mod.ts";
import { type ServerClient, ServerError } from "../server/mod.ts";
import { sendFile } from "../uploader/mod.ts";
import { backoff } from "../util/mod.ts";
import { MachineTrouble, openOutput, type OutputFile } from "../workspace/mod.ts";
import type { AttemptRun } from "./attempt_run.ts";

/** The longest wait before what could not be read is read again, milliseconds. */
const READ_AGAIN_MS = 300_000;

interface Unread {
  readonly file: FileRow;
  readonly reason: Text;
}

/**
 * Sends a result's files in their order, and writes down what became of each. One that this machine's
 * trouble keeps from being read comes again after all others, until that has gone on for too long.
 */
export async function sendFiles(run: AttemptRun, files: readonly FileRow[]): Promise<void> {
  const { clock, parts: { server: client, log } } = run;
  const server = withPlaces(run, client);
  let unread: Unread[] = [];
  for (const file of files) {
    const reason = await send(run, server, file);
    if (reason) unread.push({ file, reason });
  }
  for (const { reason } of unread) log.warn(reason, { task: run.row.taskId });
  for (let turns = 1, reading = 0; unread.length > 0; turns++) {
    if (run.isTroubleOver) {
      for (const { file, reason } of unread) leaveOut(run, file, { reason, unread: true });
      return;
    }
    const began = clock.now();
    // To read can be long work for the disk: no more than half of the time.
    const wait = Math.max(backoff(turns, { maxMs: READ_AGAIN_MS }), reading);
    await clock.sleep(wait, run.signal);
    run.addTrouble(clock.now() - began);
    reading = 0;
    const still: Unread[] = [];
    for (const { file } of unread) {
      const start = clock.now();
      // Read here first: the Server must not get the beginning of it again and again.
      const trouble = await troubleWith(run, file);
      reading += clock.now() - start;
      const reason = trouble ?? await send(run, server, file);
      if (reason) still.push({ file, reason });
    }
    unread = still;
  }
}

/** @returns what of this machine keeps it from being read, for now */
async function send(
  run: AttemptRun,
  server: ServerClient,
  file: FileRow,
): Promise<Text | undefined> {
  const { journal, log } = run.parts;
  const { position, name, size, tried } = file;
  if (!tried) journal.updateFile(run.row.id, position, { tried: true });
  const sent = journal.files(run.row.id).flatMap(({ fileId }) => fileId ?? []);
  const outcome = await sendFile({
    server,
    taskId: run.row.taskId,
    file: { position, name, size, tried, open: () => openFile(run, file) },
    knownIds: new Set([...run.row.knownIds ?? [], ...sent]),
    signal: run.signal,
    log,
  });
  if ("stored" in outcome) {
    journal.updateFile(run.row.id, position, { fileId: outcome.stored });
    run.tell(schedulerText.uploaded, { file: name, bytes: size });
  } else if ("refused" in outcome) {
    leaveOut(run, file, { reason: outcome.refused });
  } else if (outcome.unread.cause instanceof MachineTrouble) {
    return outcome.unread.text;
  } else leaveOut(run, file, { reason: outcome.unread.text });
}

function leaveOut(
  run: AttemptRun,
  { position, name }: FileRow,
  { reason, unread = false }: { readonly reason: Text; readonly unread?: boolean },
): void {
  const { journal, log } = run.parts;
  const leftOut = unread ? schedulerText.stayedUnread({ reason }) : reason;
  journal.updateFile(run.row.id, position, { leftOut, unread });
  log.warn(leftOut, { task: run.row.taskId, file: name });
}

function openFile(run: AttemptRun, file: FileRow): Promise<ReadableStream<Uint8Array>> {
  return openOutput({
    dir: run.attempt.workspace,
    spill: run.spill,
    file: file.source as OutputFile,
  });
}

/** Reads a file to its end. Any other trouble than the machine's is for sending to find. */
async function troubleWith(run: AttemptRun, file: FileRow): Promise<Text | undefined> {
  try {
    for await (const _ of await openFile(run, file)) run.signal.throwIfAborted();
  } catch (error) {
    run.signal.throwIfAborted();
    return error instanceof MachineTrouble ? error.text : undefined;
  }
}

/** An upload waits for its turn; a file that was cut for being slow gets the uplink for itself. */
function withPlaces(run: AttemptRun, server: ServerClient): ServerClient {
  const slow = new Set<string>();
  return {
    ...server,
    connectivity: server.connectivity,
    upload: (file, signal) =>
      run.places.run({ order: run.row.id, alone: slow.has(file.name), signal }, async () => {
        try {
          return await server.upload(file, signal);
        } catch (error) {
          if (error instanceof ServerError && error.kind === "timeout408") slow.add(file.name);
          throw error;
        }
      }),
  };
}
