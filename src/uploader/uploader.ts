import { type Text, textOf } from "../i18n/mod.ts";
import type { Logger } from "../log/mod.ts";
import type { ServerClient } from "../server/mod.ts";
import { backoff, type Clock } from "../util/mod.ts";
import { type OutgoingFile, sendFile } from "./send_file.ts";
import { UploadSlots } from "./upload_slots.ts";

/** The files of one result, and what hears of them. Every call writes down before the next step is made. */
export interface Delivery<File extends OutgoingFile> {
  readonly taskId: string;
  /** Among the results that are sent at one time; smaller goes first. */
  readonly order: number;
  /** In the order in which they are to be sent. */
  readonly files: readonly File[];
  /** Ids on the Server that are none of these: its own files' before, and those sent already. */
  readonly knownIds: Iterable<string>;
  readonly signal: AbortSignal;
  /** An upload of it is about to begin. */
  onBegin(file: File): void;
  onStored(file: File, fileId: string): void;
  /** The Server will never have it: it refused, or the file cannot be read. */
  onLeftOut(file: File, reason: Text): void;
  /** The trouble that keeps it from being read has lasted too long. */
  onGivenUp(file: File, reason: Text): void;
  /** Whether what kept a file from being read may pass by itself: the machine's trouble, not the file's. */
  mayPass(error: unknown): boolean;
  /** Whether that has lasted too long. */
  isTroubleOver(): boolean;
  /** It has lasted so much longer, milliseconds. */
  onTrouble(ms: number): void;
}

/** Sends results to the Server: a few files at a time, each for as long as it takes. */
export interface Uploader {
  /**
   * Settles when every file is on the Server or left out.
   *
   * @throws the signal's reason
   */
  deliver<File extends OutgoingFile>(delivery: Delivery<File>): Promise<void>;
}

/** What an uploader works with. */
export interface UploaderOptions {
  readonly server: ServerClient;
  readonly log: Logger;
  readonly clock: Clock;
}

/** The longest wait before what could not be read is read again, milliseconds. */
const READ_AGAIN_MS = 300_000;

interface Unread<File> {
  readonly file: File;
  readonly reason: Text;
}

/** Makes the one uploader that all results of an agent share. */
export function createUploader({ server, log, clock }: UploaderOptions): Uploader {
  const slots = new UploadSlots();
  return { deliver };

  async function deliver<File extends OutgoingFile>(delivery: Delivery<File>): Promise<void> {
    const knownIds = new Set(delivery.knownIds);
    const unread: Unread<File>[] = [];
    for (const file of delivery.files) {
      const reason = await send(delivery, file, knownIds);
      if (reason) unread.push({ file, reason });
    }
    for (const { reason } of unread) log.warn(reason, { task: delivery.taskId });
    await readAgain(delivery, unread, knownIds);
  }

  /** One that this machine's trouble keeps from being read comes again after all others. */
  async function readAgain<File extends OutgoingFile>(
    delivery: Delivery<File>,
    unread: readonly Unread<File>[],
    knownIds: Set<string>,
  ): Promise<void> {
    for (let turns = 1, reading = 0; unread.length > 0; turns++) {
      if (delivery.isTroubleOver()) {
        for (const { file, reason } of unread) delivery.onGivenUp(file, reason);
        return;
      }
      const began = clock.now();
      // To read can be long work for the disk: no more than half of the time.
      const pause = backoff(turns, { maxMs: READ_AGAIN_MS, random: clock.random });
      await clock.sleep(Math.max(pause, reading), delivery.signal);
      delivery.onTrouble(clock.now() - began);
      reading = 0;
      const still: Unread<File>[] = [];
      for (const { file } of unread) {
        const start = clock.now();
        // Read here first: the Server must not get the beginning of it again and again.
        const trouble = await troubleWith(delivery, file);
        reading += clock.now() - start;
        const reason = trouble ?? await send(delivery, file, knownIds);
        if (reason) still.push({ file, reason });
      }
      unread = still;
    }
  }

  /** @returns what of this machine keeps it from being read, for now */
  async function send<File extends OutgoingFile>(
    delivery: Delivery<File>,
    file: File,
    knownIds: Set<string>,
  ): Promise<Text | undefined> {
    const { taskId, order, signal } = delivery;
    delivery.onBegin(file);
    const result = await sendFile({ server, slots, order, taskId, file, knownIds, clock, signal });
    if ("stored" in result) {
      knownIds.add(result.stored);
      delivery.onStored(file, result.stored);
    } else if ("refused" in result) {
      delivery.onLeftOut(file, result.refused);
    } else if (delivery.mayPass(result.unread.cause)) {
      return result.unread.text;
    } else delivery.onLeftOut(file, result.unread.text);
  }
}

/** Reads a file to its end. Any other trouble than the machine's is for sending to find. */
async function troubleWith<File extends OutgoingFile>(
  { mayPass, signal }: Delivery<File>,
  file: File,
): Promise<Text | undefined> {
  try {
    for await (const _ of await file.open()) signal.throwIfAborted();
  } catch (error) {
    signal.throwIfAborted();
    return mayPass(error) ? textOf(error) : undefined;
  }
}
