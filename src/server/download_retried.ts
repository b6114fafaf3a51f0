import { serverText } from "../i18n/mod.ts";
import type { ServerClient, Sink } from "./server_client.ts";
import { ServerError } from "./server_error.ts";
import type { InputFile } from "./server_task.ts";

/** A file that comes whole but with another size than announced so often will never be right. */
const WRONG_SIZES = 3;

/** What {@linkcode downloadRetried} needs. */
export interface DownloadOptions {
  readonly server: ServerClient;
  readonly file: Pick<InputFile, "id" | "sizeBytes" | "filename">;
  /** Called for every try: gives a sink that starts from nothing. */
  readonly open: () => Promise<Sink>;
  readonly signal: AbortSignal;
}

/**
 * Downloads a file, trying again through outages for as long as it takes. Returns its size in bytes.
 *
 * @throws {ServerError} `refused`: the Server does not have the file, or three times sent it with
 * another size than announced
 */
export async function downloadRetried(options: DownloadOptions): Promise<number> {
  const { server, file, open, signal } = options;
  let wrongSizes = 0;
  const attempt = async () => {
    const sink = await open();
    try {
      return await server.download(file, sink, signal);
    } catch (error) {
      if (!(error instanceof ServerError) || error.code !== "wrong_size") throw error;
      if (++wrongSizes < WRONG_SIZES) throw error;
      const { status, code, sent } = error;
      throw new ServerError(error.text, { kind: "refused", status, code, sent }, { cause: error });
    }
  };
  const what = serverText.whatDownload({ name: JSON.stringify(file.filename), id: file.id });
  return await server.retrying(attempt, { signal, what });
}
