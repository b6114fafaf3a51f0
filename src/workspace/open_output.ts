import { Failure, workspaceText } from "../i18n/mod.ts";
import { errorCode } from "../util/mod.ts";
import { type Folder, openFolder, openRoot } from "./folder.ts";
import { type GuardedFile, openGuarded } from "./guarded_file.ts";
import { troubleOf } from "./trouble_of.ts";
import { OutputChanged, type OutputFile, type OutputSource } from "./types.ts";

/** What {@linkcode openOutput} opens. */
export interface OpenOptions {
  /** The workspace, as it was given to `collectOutputs`. */
  readonly dir: string;
  /** The spill folder, likewise. */
  readonly spill: string;
  readonly file: Pick<OutputFile, "name" | "size" | "source">;
}

const CHUNK = 256 * 1024;

/**
 * Opens a collected file for sending, with the same guards as when it was collected and maybe after
 * a restart: the stream gives exactly `file.size` bytes of that very file, or fails.
 *
 * @throws {OutputChanged} when the file is gone, replaced or changed, and {MachineTrouble}; both out of
 * the stream, too
 */
export function openOutput(
  { dir, spill, file }: OpenOptions,
): Promise<ReadableStream<Uint8Array>> {
  return Promise.resolve().then(() => {
    const opened = openSource(file.source, dir, spill);
    const changed = () => new OutputChanged(workspaceText.outputChanged({ name: file.name }));
    if (opened === undefined) throw changed();
    if (!isSame(opened, file)) {
      opened[Symbol.dispose]();
      throw changed();
    }
    return streamOf(opened, file, changed);
  });
}

function isSame(opened: GuardedFile, { size, source }: OpenOptions["file"]): boolean {
  if (opened.size !== size) return false;
  if (source.kind === "spill") return opened.links === 1;
  return String(opened.mtimeNs) === source.mtimeNs && opened.links === source.links;
}

/** What can only mean that the file is not there any more, or another one. */
const REPLACED = new Set(["ENOENT", "ENOTDIR", "ELOOP", "EMLINK"]);

/** Undefined for a file that is gone or replaced; any other trouble may pass and is thrown. */
function openSource(source: OutputSource, dir: string, spill: string): GuardedFile | undefined {
  const parts = source.kind === "spill" ? [source.file] : source.path.split("/");
  if (parts.some((part) => part === "" || part === "." || part === "..")) return undefined;
  const folders: Folder[] = [];
  let cause = "";
  try {
    folders.push(openRoot(source.kind === "spill" ? spill : dir));
    for (const part of parts.slice(0, -1)) {
      folders.push(openFolder(folders.at(-1)!, part));
    }
    const file = openGuarded(folders.at(-1)!, parts.at(-1)!);
    if (!("refused" in file)) return file;
    cause = file.cause;
  } catch (error) {
    // Failures are those of openRoot: the folder is gone or a link.
    if (error instanceof Failure || REPLACED.has(errorCode(error) ?? "")) return undefined;
    throw troubleOf(error, parts.join("/"));
  } finally {
    for (const folder of folders) folder[Symbol.dispose]();
  }
  if (cause === "") return undefined;
  throw new Failure(workspaceText.cannotRead({ path: parts.join("/"), cause }));
}

function streamOf(
  file: GuardedFile,
  { name, size }: OpenOptions["file"],
  changed: () => OutputChanged,
): ReadableStream<Uint8Array> {
  let sent = 0;
  let reading = false;
  let cancelled = false;
  const read = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
    const buffer = new Uint8Array(Math.min(CHUNK, size - sent));
    const count = buffer.length === 0 ? 0 : await file.read(buffer, sent);
    if (cancelled) return true;
    sent += count;
    // Looked at before the last bytes go, so that a changed file is never sent whole.
    if (sent < size ? count === 0 : !file.unchanged()) throw changed();
    if (count > 0) controller.enqueue(buffer.subarray(0, count));
    if (sent === size) controller.close();
    return sent === size;
  };
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      reading = true;
      let done = true;
      try {
        done = await read(controller);
      } catch (error) {
        controller.error(troubleOf(error, name));
      } finally {
        reading = false;
        if (done || cancelled) file[Symbol.dispose]();
      }
    },
    cancel() {
      cancelled = true;
      // A handle is never closed under a read: its number could be another file's by then.
      if (!reading) file[Symbol.dispose]();
    },
  }, { highWaterMark: 0 });
}
