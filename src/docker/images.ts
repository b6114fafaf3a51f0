import { dockerText, Failure, type Text } from "../i18n/mod.ts";
import { imageAnswer, progressLine } from "./image_answers.ts";
import { buildTrace } from "./build_trace.ts";
import type { Caller, CallRequest, OpenCall } from "./call.ts";
import { unlessMissing } from "./containers.ts";
import type { BuildOptions, Engine, PullOptions } from "./engine.ts";
import { EngineError } from "./engine_error.ts";
import { parseImageReference } from "./image_reference.ts";
import { jsonLines } from "./json_lines.ts";

/** Milliseconds that a pull may say nothing: engines give a broken registry up to 75 s by themselves. */
const PULL_IDLE_MS = 300_000;
/** The same for a build, whose steps may be silent for long. */
const BUILD_IDLE_MS = 3_600_000;
const REMOVE_MS = 180_000;
/** How engines word a registry's 401 and 403; the status of the pull itself is 404 or 500. */
const DENIED = /denied|unauthorized|forbidden|authentication required|no basic auth/i;

/** Makes the calls about images. See {@linkcode Engine}. */
export function imageCalls(caller: Caller) {
  return {
    inspectImage: async (reference, signal) =>
      await unlessMissing(caller.get(`${pathOf(reference)}/json`, imageAnswer, { signal })),
    pullImage: (reference, options) => pullImage(caller, reference, options),
    buildImage: (context, options) => buildImage(caller, context, options),
    tagImage: async (reference, name, signal) => {
      const { name: repo, tag } = checked(name);
      const query = { repo, tag };
      await caller.call(
        { method: "POST", path: `${pathOf(reference)}/tag`, query, signal },
        () => {},
      );
    },
    removeImage: async (reference, { force = false, signal } = {}) => {
      const removal = caller.call({
        method: "DELETE",
        path: pathOf(reference),
        query: { force },
        limitMs: REMOVE_MS,
        signal,
      }, () => "removed" as const);
      return await unlessMissing(removal) ?? "gone";
    },
  } satisfies Partial<Engine>;
}

type Progress = ReturnType<typeof progressLine.parse>;

async function pullImage(
  caller: Caller,
  reference: string,
  { onProgress, signal }: PullOptions = {},
): Promise<void> {
  const { name, tag } = checked(reference);
  const failed = (detail: string) => {
    const words = DENIED.test(detail) ? dockerText.pullDenied : dockerText.pullFailed;
    return words({ image: reference, detail });
  };
  const request: CallRequest = {
    method: "POST",
    path: "/images/create",
    query: { fromImage: name, tag },
    limitMs: PULL_IDLE_MS,
    signal,
  };
  await follow(caller, request, failed, (line) => {
    if (!line.status) return;
    const { current, total } = line.progressDetail ?? {};
    onProgress?.({
      ...(line.id ? { id: line.id } : {}),
      status: line.status,
      ...(current ? { current } : {}),
      ...(total ? { total } : {}),
    });
  });
}

async function buildImage(
  caller: Caller,
  context: ReadableStream<Uint8Array>,
  options: BuildOptions,
): Promise<void> {
  const { tag, buildArgs, buildKit, signal } = options;
  try {
    checked(tag);
  } catch (error) {
    await context.cancel(error);
    throw error;
  }
  const failed = (detail: string) => dockerText.buildFailed({ tag, detail });
  const request: CallRequest = {
    method: "POST",
    path: "/build",
    query: {
      t: tag,
      buildargs: buildArgs && JSON.stringify(buildArgs),
      ...buildKit && { version: "2" },
      rm: true,
      forcerm: true,
    },
    body: context,
    limitMs: BUILD_IDLE_MS,
    signal,
  };
  const trace = buildTrace();
  await follow(caller, request, failed, (line) => {
    const status = line.status ? `${line.id ? `${line.id}: ` : ""}${line.status}\n` : "";
    const text = line.stream || status || trace(line);
    if (text) options.onOutput?.(text);
  });
}

/** Makes a call that answers with a stream of progress, and says which pull or build a refusal was about. */
async function follow(
  caller: Caller,
  request: CallRequest,
  failed: (detail: string) => Text,
  onLine: (line: Progress) => void,
): Promise<void> {
  try {
    await caller.call(request, (open) => readProgress(open, failed, onLine));
  } catch (error) {
    if (!(error instanceof EngineError) || error.status === undefined || error.unreachable) {
      throw error;
    }
    const { status, detail = "" } = error;
    throw new EngineError(failed(detail), { status, detail, cause: error });
  }
}

/** Reads a stream of progress to its end. An error line in it is the end of it all, status 200 or not. */
async function readProgress(
  open: OpenCall,
  failed: (detail: string) => Text,
  onLine: (line: Progress) => void,
): Promise<void> {
  const touching = async function* () {
    for await (const chunk of open.body()) {
      open.watch.touch();
      yield chunk;
    }
  };
  for await (const value of jsonLines(touching())) {
    const line = progressLine.safeParse(value);
    if (!line.success) continue;
    const detail = line.data.error ?? line.data.errorDetail?.message;
    if (detail) throw new EngineError(failed(detail), { detail });
    onLine(line.data);
  }
}

function checked(reference: string) {
  const parts = parseImageReference(reference);
  if (parts) return parts;
  throw new Failure(dockerText.badImage({ image: reference.slice(0, 300) }));
}

function pathOf(reference: string): string {
  checked(reference);
  return `/images/${reference}`;
}
