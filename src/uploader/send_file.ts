import { lookup } from "mrmime";
import { type Text, uploaderText } from "../i18n/mod.ts";
import { LocalFileError, type ServerClient, ServerError } from "../server/mod.ts";
import { type Clock, retry } from "../util/mod.ts";
import type { UploadSlots } from "./upload_slots.ts";

/** An output file on its way to the Server. */
export interface OutgoingFile {
  /** As it is sent. */
  readonly name: string;
  readonly size: number;
  /** Opens the file from its beginning; called once a try. */
  readonly open: () => Promise<ReadableStream<Uint8Array>>;
  /** An upload of it began at some time: the Server may have it already. */
  readonly tried: boolean;
}

/** The Server has the file now, or will never have it, or it could not be read here. */
export type SendResult =
  | { readonly stored: string }
  | { readonly refused: Text }
  | { readonly unread: LocalFileError };

/** What {@linkcode sendFile} needs. */
export interface SendOptions {
  readonly server: ServerClient;
  readonly slots: UploadSlots;
  /** Among the results that wait for a slot; smaller goes first. */
  readonly order: number;
  readonly taskId: string;
  readonly file: OutgoingFile;
  /** Ids that the Server listed before this attempt's first upload, and those of its other files. */
  readonly knownIds: ReadonlySet<string>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** So many 408 for one upload, while other requests succeed, are final (protocol). */
const TIMEOUTS = 3;

/** So often a file is tried to be read; the first times it may be a passing trouble. */
const LOCAL_TRIES = 3;

/**
 * Sends one file, trying again through outages for as long as it takes. After an upload without an
 * answer the Server's list is asked first, so that no file is there twice.
 *
 * @throws the signal's reason
 */
export async function sendFile(options: SendOptions): Promise<SendResult> {
  const { server, taskId, file, signal } = options;
  let uncertain = file.tried;
  let timeouts = 0;
  const attempt = async (): Promise<SendResult> => {
    if (uncertain) {
      const stored = await findStored(options);
      if (stored !== undefined) return { stored };
      // The list was answered, so other requests do succeed.
      if (timeouts >= TIMEOUTS) {
        return { refused: uploaderText.tooSlow({ name: file.name, times: timeouts }) };
      }
      uncertain = false;
    }
    try {
      return { stored: await uploadReadable(options, timeouts > 0) };
    } catch (error) {
      if (error instanceof LocalFileError) return { unread: error };
      if (!(error instanceof ServerError)) throw error;
      if (error.kind === "refused") return { refused: refusalOf(file.name, taskId, error) };
      if (error.kind === "timeout408") timeouts++;
      if (error.sent === "maybe") uncertain = true;
      throw error;
    }
  };
  const what = uploaderText.whatUpload({ name: file.name, taskId });
  return await server.retrying(attempt, { signal, what });
}

/**
 * Looks on the Server for a file whose upload had no answer. It is there under an id that is not
 * known, with the file's name and size, if its download answers: a row alone is no file.
 *
 * @throws {ServerError} the Server did not say
 */
async function findStored(
  { server, taskId, file, knownIds, signal }: SendOptions,
): Promise<string | undefined> {
  for (const candidate of await server.listFiles(taskId, signal) ?? []) {
    if (candidate.filename !== file.name || candidate.sizeBytes !== file.size) continue;
    if (knownIds.has(candidate.id) || candidate.createdBy === "client") continue;
    if (await server.fileExists(candidate.id, signal)) return candidate.id;
  }
  return undefined;
}

/**
 * One upload, in its turn, tried again only where the file itself could not be read.
 *
 * @param alone it was cut for being slow, and gets the uplink for itself
 * @returns the file's id on the Server
 */
async function uploadReadable(options: SendOptions, alone: boolean): Promise<string> {
  const { server, slots, order, taskId, file, clock, signal } = options;
  const upload = {
    taskId,
    name: file.name,
    size: file.size,
    mimeType: mimeTypeOf(file.name),
    body: file.open,
  };
  const wait = (error: unknown, tries: number) => {
    if (!(error instanceof LocalFileError) || tries >= LOCAL_TRIES) throw error;
    return clock.sleep(200 * tries, signal);
  };
  const inTurn = () => slots.run({ order, alone, signal }, () => server.upload(upload, signal));
  return (await retry(inTurn, { signal, wait })).fileId;
}

/** The media type that a file name's extension stands for; undefined where it is not known. */
export function mimeTypeOf(name: string): string | undefined {
  return lookup(name.slice(name.lastIndexOf("/") + 1));
}

function refusalOf(name: string, taskId: string, error: ServerError): Text {
  const why = error.text;
  switch (error.status) {
    case 404:
      return uploaderText.taskUnknown({ name, taskId, why });
    case 413:
      return uploaderText.tooLarge({ name, why });
    default:
      return uploaderText.refused({ name, why });
  }
}
