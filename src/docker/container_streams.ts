import { eventLine } from "./container_answers.ts";
import type { Caller, OpenCall } from "./call.ts";
import { pathOf } from "./containers.ts";
import type { Engine } from "./engine.ts";
import { type LogFrame, logFrames } from "./log_frames.ts";
import type { EventOptions, LogOptions } from "./engine.ts";
import { jsonLines } from "./json_lines.ts";

/** Milliseconds that a tar may stand still while it is being read or taken. */
const TAR_IDLE_MS = 180_000;

/** Makes the calls about containers that carry streams. See {@linkcode Engine}. */
export function streamCalls(caller: Caller) {
  return {
    logs: (id, options) => logs(caller, id, options),
    containerEvents: (id, options) => containerEvents(caller, id, options),
    archive: (id, path, signal) => archive(caller, id, path, signal),
    putArchive: async (id, path, tar, signal) =>
      // The time limit counts from the last chunk that was taken.
      await caller.call({
        method: "PUT",
        path: `${pathOf(id)}/archive`,
        query: { path },
        body: tar,
        limitMs: TAR_IDLE_MS,
        signal,
      }, () => {}),
  } satisfies Partial<Engine>;
}

async function* logs(
  caller: Caller,
  id: string,
  { follow, timestamps, since, signal }: LogOptions,
): AsyncGenerator<LogFrame> {
  const query = { stdout: true, stderr: true, follow, timestamps, since };
  const request = { method: "GET", path: `${pathOf(id)}/logs`, query, signal } as const;
  await using open = await caller.open(request);
  // A container may say nothing for days.
  if (follow) open.watch.rest();
  try {
    yield* logFrames(follow ? open.body() : watched(open), { timestamps });
  } catch (error) {
    throw open.explain(error);
  }
}

/** Engines keep some 256 events in memory: what is not among them may have happened all the same. */
async function* containerEvents(
  caller: Caller,
  id: string,
  { since, until, signal }: EventOptions,
): AsyncGenerator<string> {
  const filters = JSON.stringify({ type: ["container"], container: [id] });
  const query = { since: seconds(since), until: seconds(until), filters };
  const request = { method: "GET", path: "/events", query, signal } as const;
  await using open = await caller.open(request);
  try {
    for await (const value of jsonLines(watched(open))) {
      const line = eventLine.safeParse(value);
      if (line.success) yield line.data.Action;
    }
  } catch (error) {
    throw open.explain(error);
  }
}

/** `seconds.nanoseconds`: a fraction that is cut off would leave out what it should begin with. */
function seconds(ms: number): string {
  return (ms / 1000).toFixed(9);
}

/** The body, under a time limit while a chunk is awaited: how long the reader takes is his business. */
async function* watched(open: OpenCall): AsyncGenerator<Uint8Array> {
  open.watch.touch();
  for await (const chunk of open.body()) {
    open.watch.rest();
    yield chunk;
    open.watch.touch();
  }
  open.watch.rest();
}

async function archive(caller: Caller, id: string, path: string, signal?: AbortSignal) {
  const open = await caller.open({
    method: "GET",
    path: `${pathOf(id)}/archive`,
    query: { path },
    limitMs: TAR_IDLE_MS,
    signal,
  });
  const chunks = watched(open);
  open.watch.rest();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await chunks.next();
        if (!done) return controller.enqueue(value);
        controller.close();
      } catch (error) {
        controller.error(open.explain(error));
      }
      await open[Symbol.asyncDispose]();
    },
    async cancel() {
      await chunks.return(undefined);
      await open[Symbol.asyncDispose]();
    },
  }, { highWaterMark: 0 });
}
