import { BinaryReader } from "@bufbuild/protobuf/wire";

/** What BuildKit's progress says of one step of a build. */
interface Step {
  readonly digest: string;
  readonly name: string;
  readonly isCached: boolean;
  readonly isStarted: boolean;
}

/** The id of the lines of `POST /build?version=2` that carry BuildKit's progress. */
const TRACE = "moby.buildkit.trace";

/**
 * Makes a reader of BuildKit's progress: base64 of a protobuf, `StatusResponse` in
 * https://github.com/moby/buildkit/blob/master/api/services/control/control.proto. It returns the text that
 * is new: a line for each step as it begins, and what the step prints. Anything else is "".
 */
export function buildTrace(): (
  line: { readonly id?: string | null; readonly aux?: unknown },
) => string {
  const known = new Set<string>();
  return ({ id, aux }) => {
    if (id !== TRACE || typeof aux !== "string") return "";
    try {
      const { steps, output } = readStatus(Uint8Array.fromBase64(aux));
      return steps.map((step) => titleOf(step, known)).join("") + output.join("");
    } catch {
      // Progress is for the eye: the build does not depend on it.
      return "";
    }
  };
}

/** A step has its title once: when it begins, or when the cache has it. */
function titleOf({ digest, name, isCached, isStarted }: Step, known: Set<string>): string {
  if (!isStarted && !isCached || known.has(digest) || name.startsWith("[internal]")) return "";
  known.add(digest);
  return `${isCached ? "CACHED " : ""}${name}\n`;
}

function readStatus(bytes: Uint8Array) {
  const steps: Step[] = [];
  const output: string[] = [];
  for (const [field, value] of fields(bytes)) {
    if (field === 1) steps.push(readStep(value));
    if (field === 3) output.push(readOutput(value));
  }
  return { steps, output };
}

function readStep(bytes: Uint8Array): Step {
  let step: Step = { digest: "", name: "", isCached: false, isStarted: false };
  for (const [field, value, number] of fields(bytes)) {
    if (field === 1) step = { ...step, digest: text(value) };
    if (field === 3) step = { ...step, name: text(value) };
    if (field === 4) step = { ...step, isCached: number !== 0 };
    if (field === 5) step = { ...step, isStarted: true };
  }
  return step;
}

function readOutput(bytes: Uint8Array): string {
  for (const [field, value] of fields(bytes)) if (field === 4) return text(value);
  return "";
}

const NO_BYTES = new Uint8Array();

/** The fields of a message: number, and its bytes or its number, whichever it has. */
function* fields(bytes: Uint8Array): Generator<[field: number, bytes: Uint8Array, number: number]> {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (type === 2) yield [field, reader.bytes(), 0];
    else if (type === 0) yield [field, NO_BYTES, Number(reader.uint64())];
    else reader.skip(type, field);
  }
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
