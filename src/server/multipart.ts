import { Failure, serverText } from "../i18n/mod.ts";
import { LocalFileError } from "./server_error.ts";

/** The fields of an upload, in the order that the Server wants. */
export interface UploadForm {
  readonly boundary: string;
  readonly taskId: string;
  readonly name: string;
  readonly mimeType: string;
}

/**
 * Can the Server store this name as it is? Not with control characters other than tab, DEL included
 * (400), nor empty, not UTF-8, or with a backslash at its end (all three become `unnamed`).
 */
export function isSendable(name: string): boolean {
  // deno-lint-ignore no-control-regex
  return name !== "" && name.isWellFormed() && !/[\x00-\x08\x0a-\x1f\x7f]|\\$/.test(name);
}

/** Quotes a file name as this Server reads it: `"` as `\"`, everything else, a backslash too, as itself. */
export function quoteName(name: string): string {
  if (!isSendable(name)) {
    throw new Failure(serverText.nameNotSendable({ name: JSON.stringify(name) }));
  }
  return `"${name.replaceAll('"', '\\"')}"`;
}

/** What stands before the file's bytes. */
export function formHead({ boundary, taskId, name, mimeType }: UploadForm): string {
  const type = /^[\w.+-]+\/[\w.+-]+$/.test(mimeType) ? mimeType : "application/octet-stream";
  return [
    `--${boundary}`,
    'Content-Disposition: form-data; name="task_id"',
    "",
    taskId,
    `--${boundary}`,
    `Content-Disposition: form-data; name="file"; filename=${quoteName(name)}`,
    `Content-Type: ${type}`,
    "",
    "",
  ].join("\r\n");
}

/**
 * A multipart body of one file, streamed: `FormData` would read the whole file into memory. The stream
 * fails with a {@linkcode LocalFileError} when the file cannot be read or has another size than `size`.
 * `onProgress` is called whenever the network takes more, `onBroken` with that error. `close` lets go
 * of the file in any case: a request that came to nothing does not.
 */
export function multipartBody(
  form: UploadForm,
  file: ReadableStream<Uint8Array>,
  size: number,
  { onProgress, onBroken }: {
    readonly onProgress: () => void;
    readonly onBroken: (error: LocalFileError) => void;
  },
): { readonly stream: ReadableStream<Uint8Array>; close(): Promise<void> } {
  const reader = file.getReader();
  const encode = (text: string) => new TextEncoder().encode(text);
  const { name } = form;
  let head: string | undefined = formHead(form);
  let sent = 0;
  let passedOn: Uint8Array | undefined;
  let cancelled = false;
  const next = async (): Promise<Uint8Array | undefined> => {
    const { done, value } = await reader.read();
    if (!done) sent += value.length;
    if (done ? sent !== size : sent > size) {
      throw new Failure(serverText.fileChanged({ name, expected: size, bytes: sent }));
    }
    return value;
  };
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      onProgress();
      if (passedOn) free(passedOn);
      passedOn = undefined;
      if (head !== undefined) {
        controller.enqueue(encode(head));
        head = undefined;
        return;
      }
      try {
        passedOn = await next();
      } catch (error) {
        const broken = localError(name, error);
        onBroken(broken);
        return controller.error(broken);
      }
      // The Server may answer before it has read all: that is not the file's fault.
      if (cancelled) return;
      if (passedOn) return controller.enqueue(passedOn);
      controller.enqueue(encode(`\r\n--${form.boundary}--\r\n`));
      controller.close();
    },
    cancel() {
      cancelled = true;
    },
  }, { highWaterMark: 0 });
  return { stream, close: () => reader.cancel().catch(() => {}) };
}

/**
 * Gives the memory of a chunk back as soon as the network has taken it: the garbage collector would let
 * tens of megabytes come together first. A part of a larger buffer is left alone.
 */
function free({ buffer, byteLength }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}

/** Words for a file that cannot be read. */
export function localError(name: string, error: unknown): LocalFileError {
  if (error instanceof LocalFileError) return error;
  const text = error instanceof Failure
    ? error.text
    : serverText.fileUnreadable({ name, why: String(error) });
  return new LocalFileError(text, { cause: error });
}
