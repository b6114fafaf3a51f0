import { END_OF_HEAD, finder, fromLatin1, latin1 } from "./find_bytes.ts";
import type { RequestBody } from "./http_body.ts";
import { refuse } from "./refusal.ts";

/** One field of a form. Its content must be read before the next field is asked for. */
export interface FormPart {
  readonly name: string | undefined;
  /** As the Server reads it; undefined when there is none that it can read. */
  readonly filename: string | undefined;
  readonly contentType: string | null;
  /** The next piece, valid until the next call; undefined at the end. */
  read(): Promise<Uint8Array | undefined>;
}

const HEADERS_MOST = 16 * 1024;
const CAPACITY = 256 * 1024;

/**
 * Reads a multipart/form-data body field by field, with a buffer of 256 KiB whatever its size.
 * By hand, since no library reads file names as the real Server does: see {@linkcode readDisposition}.
 *
 * @throws {Refusal} 400 when the content type or the body is no form, as reading a field does
 */
export function readForm(
  { headers, body }: { readonly headers: Headers; readonly body: RequestBody },
): () => Promise<FormPart | undefined> {
  const boundary = /^multipart\/form-data\s*;.*boundary=(?:"([^"]{1,70})"|([^;\s]{1,70}))/i
    .exec(headers.get("content-type") ?? "");
  if (!boundary) throw badForm("no multipart/form-data with a boundary");
  const delimiter = fromLatin1(`\r\n--${boundary[1] ?? boundary[2]}`);
  const { find } = finder(delimiter);
  const buffer = new Uint8Array(CAPACITY);
  // The first delimiter has no line end before it: with one it is found like the others.
  buffer.set([13, 10]);
  let start = 0;
  let end = 2;
  let part: FormPart | undefined;

  async function more(): Promise<void> {
    buffer.copyWithin(0, start, end);
    end -= start;
    start = 0;
    const bytes = await body.read();
    if (!bytes) throw badForm("the form is not complete");
    buffer.set(bytes, end);
    end += bytes.length;
  }

  /** Content up to the next delimiter; undefined when that has come. */
  async function content(): Promise<Uint8Array | undefined> {
    for (;;) {
      const at = find(buffer.subarray(start, end));
      const until = at < 0 ? Math.max(start, end - delimiter.length + 1) : start + at;
      if (until > start) {
        const bytes = buffer.subarray(start, until);
        start = until;
        return bytes;
      }
      if (at >= 0) {
        start += delimiter.length;
        return undefined;
      }
      await more();
    }
  }

  async function head(): Promise<string> {
    for (;;) {
      const at = END_OF_HEAD.find(buffer.subarray(start, end));
      if (at >= 0) {
        start += at + 4;
        return latin1(buffer.subarray(start - at - 2, start - 2));
      }
      if (end - start > HEADERS_MOST) throw badForm("the headers of a field do not end");
      await more();
    }
  }

  return async function next() {
    const rest = part ? part.read : content;
    while (await rest());
    while (end - start < 2) await more();
    if (buffer[start] === 45 && buffer[start + 1] === 45) {
      while (await body.read()); // the epilogue
      return undefined;
    }
    part = createPart(await head(), content);
    return part;
  };
}

function badForm(why: string) {
  return refuse.bad(`解析上传数据失败: ${why}`);
}

function createPart(head: string, content: FormPart["read"]): FormPart {
  const fields = new Map<string, string>();
  for (const line of head.split("\r\n").filter((line) => line !== "")) {
    // deno-lint-ignore no-control-regex
    if (/[\x00-\x08\x0a-\x1f\x7f]/.test(line) || !line.includes(":")) {
      throw badForm("a field's headers hold what headers cannot hold");
    }
    const colon = line.indexOf(":");
    fields.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  const disposition = readDisposition(fields.get("content-disposition") ?? "");
  let over = false;
  return {
    name: disposition.get("name"),
    filename: disposition.get("filename"),
    contentType: fields.get("content-type") ?? null,
    read: async () => {
      if (over) return undefined;
      const bytes = await content();
      over = bytes === undefined;
      return bytes;
    },
  };
}

/**
 * The attributes of a Content-Disposition (one character a byte) as the Server reads them: within
 * quotes `\"` is a quote, whatever stands before the backslash, and nothing else is an escape. An
 * attribute whose quote does not end, or whose bytes are not UTF-8, is not there.
 */
function readDisposition(value: string): Map<string, string> {
  const attributes = new Map<string, string>();
  const pattern = /;\s*([^=;\s]+)\s*=\s*(?:"((?:\\"|\\(?!")|[^"\\])*)"|([^";\s][^";]*))/gy;
  pattern.lastIndex = /^[^;]*/.exec(value)![0].length;
  for (let found = pattern.exec(value); found; found = pattern.exec(value)) {
    const text = found[2] !== undefined ? found[2].replaceAll('\\"', '"') : found[3].trim();
    try {
      const decoded = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
      attributes.set(found[1].toLowerCase(), decoded.decode(fromLatin1(text)));
    } catch {
      // not UTF-8: as if it were not there
    }
  }
  return attributes;
}
