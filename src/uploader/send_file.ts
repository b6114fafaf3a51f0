import { type Text, uploaderText } from "../i18n/mod.ts";
import { type Logger, SILENT } from "../log/mod.ts";
import {
  LocalFileError,
  retrying,
  type RetryOptions,
  type ServerClient,
  ServerError,
} from "../server/mod.ts";
import { sleep } from "../util/mod.ts";
import { findStored } from "./find_stored.ts";
import { mimeTypeOf } from "./mime_type.ts";

/** An output file on its way to the Server. */
export interface OutgoingFile {
  /** Place among the task's output files; for logs. */
  readonly position: number;
  /** As it is sent. */
  readonly name: string;
  readonly size: number;
  /** Guessed from the name by default. */
  readonly mimeType?: string;
  /** Opens the file from its beginning; called once a try. */
  readonly open: () => Promise<ReadableStream<Uint8Array>>;
  /** The Server has it already under this id. */
  readonly fileId?: string;
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
  readonly taskId: string;
  readonly file: OutgoingFile;
  /** Ids that the Server listed before this attempt's first upload, and those in the journal. */
  readonly knownIds: ReadonlySet<string>;
  readonly signal: AbortSignal;
  readonly log?: Logger;
  /** How long to wait between tries, for tests. */
  readonly waits?: Pick<RetryOptions, "baseMs" | "maxMs">;
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
  const { server, taskId, file, signal, log = SILENT, waits } = options;
  if (file.fileId !== undefined) return { stored: file.fileId };
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
      const upload = {
        taskId,
        name: file.name,
        size: file.size,
        mimeType: file.mimeType ?? mimeTypeOf(file.name),
        body: file.open,
      };
      return { stored: (await uploadReadable(server, upload, signal)).fileId };
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
  const { connectivity } = server;
  return await retrying(attempt, { ...waits, signal, log, connectivity, what });
}

/** One upload, tried again only where the file itself could not be read. */
async function uploadReadable(
  server: ServerClient,
  upload: Parameters<ServerClient["upload"]>[0],
  signal: AbortSignal,
): Promise<{ fileId: string }> {
  for (let tries = 1;; tries++) {
    try {
      return await server.upload(upload, signal);
    } catch (error) {
      if (!(error instanceof LocalFileError) || tries >= LOCAL_TRIES) throw error;
      await sleep(200 * tries, signal);
    }
  }
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
