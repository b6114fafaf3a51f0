import { dockerText, Failure } from "../i18n/mod.ts";
import { buildTrace } from "./build_trace.ts";
import type { Caller, CallRequest } from "./call.ts";
import { unlessMissing } from "./containers.ts";
import type { BuildOptions, Engine } from "./engine.ts";
import { imageAnswer } from "./image_answers.ts";
import { parseImageReference } from "./image_reference.ts";
import { followProgress } from "./progress.ts";
import { pullImage } from "./pull_image.ts";
import type { FindLogin } from "./registry_login.ts";

/** Milliseconds that a build may say nothing: its steps may be silent for long. */
const BUILD_IDLE_MS = 3_600_000;
const REMOVE_MS = 180_000;

/** Makes the calls about images. See {@linkcode Engine}. */
export function imageCalls(caller: Caller, findLogin: FindLogin) {
  return {
    inspectImage: async (reference, signal) =>
      await unlessMissing(caller.get(`${pathOf(reference)}/json`, imageAnswer, { signal })),
    pullImage: (reference, options) =>
      pullImage({ caller, findLogin, image: { ...checked(reference), reference } }, options),
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
  const failed = (detail: string) => ({ detail, text: dockerText.buildFailed({ tag, detail }) });
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
  await followProgress(caller, request, failed, (line) => {
    const status = line.status ? `${line.id ? `${line.id}: ` : ""}${line.status}\n` : "";
    const text = line.stream || status || trace(line);
    if (text) options.onOutput?.(text);
  });
}

/** Its name and its tag or digest. @throws {Failure} for what is no reference. */
function checked(reference: string) {
  const parts = parseImageReference(reference);
  if (parts) return parts;
  throw new Failure(dockerText.badImage({ image: reference.slice(0, 300) }));
}

function pathOf(reference: string): string {
  checked(reference);
  return `/images/${reference}`;
}
