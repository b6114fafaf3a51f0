import { EngineError } from "../../src/docker/mod.ts";
import * as containerAnswers from "../../src/docker/container_answers.ts";
import * as engineAnswers from "../../src/docker/engine_answers.ts";
import * as imageAnswers from "../../src/docker/image_answers.ts";
import { BodyTooLong, joined } from "../../src/util/mod.ts";
import { jsonLines } from "../../src/docker/json_lines.ts";
import { BadLogStream, logFrames, LogStreamFailed } from "../../src/docker/log_frames.ts";
import { type Random, seeded } from "../support/seeded.ts";

/** A whole number in [0, limit). */
type Below = Random["below"];

const ANSWERS = { ...containerAnswers, ...engineAnswers, ...imageAnswers };

/** How long and from where {@linkcode fuzzDocker} goes. */
export interface DockerFuzzOptions {
  readonly rounds: number;
  /** The same seed gives the same run. */
  readonly seed: number;
}

/** What a run met. */
export interface DockerFuzzResult {
  readonly rounds: number;
  /** Log streams that were read to their end, and frames in them. */
  readonly streams: number;
  readonly frames: number;
  /** Answers that fitted their schema. */
  readonly fitting: number;
  /** Streams and answers that were refused with an error of ours. */
  readonly refused: number;
}

/**
 * Feeds the frame parser with true streams cut anywhere, which must come out as they went in, and with
 * damaged ones; and the schemas of the engine's answers with damaged answers.
 *
 * @throws when a byte is lost or made up, memory is held beyond its bound, or an error is not one of
 * those that callers know.
 */
export async function fuzzDocker(
  { rounds, seed }: DockerFuzzOptions,
): Promise<DockerFuzzResult> {
  const random = seeded(seed).below;
  let frames = 0, streams = 0, fitting = 0, refused = 0;
  for (let round = 0; round < rounds; round++) {
    frames += await trueStream(random);
    streams++;
    if (await damagedStream(random)) streams++;
    else refused++;
    if (await damagedLines(random)) fitting++;
    else refused++;
    for (const [name, schema] of Object.entries(ANSWERS)) {
      const damaged = damage(structuredClone(SAMPLE), random);
      // Only the schema may say no: an exception from a transform would escape as a bug.
      try {
        if (schema.safeParse(damaged).success) fitting++;
        else refused++;
      } catch (error) {
        throw new Error(`${name} threw on ${JSON.stringify(damaged)}`, { cause: error });
      }
    }
  }
  return { rounds, streams, frames, fitting, refused };
}

/** A stream as an engine would send it, in chunks of any size. @returns the number of frames. */
async function trueStream(random: Below): Promise<number> {
  const sent: { kind: number; data: Uint8Array }[] = [];
  const wire: Uint8Array[] = [];
  const count = random(12);
  for (let i = 0; i < count; i++) {
    const data = bytes(random, random(20) === 0 ? random(70_000) : random(60));
    const kind = 1 + random(2);
    if (data.length > 0) sent.push({ kind, data });
    wire.push(header(kind, data.length), data);
  }
  let at = 0;
  for await (const frame of logFrames(chunked(joined(wire), random), { timestamps: false })) {
    const expected = sent[at++];
    const same = expected !== undefined && frame.data.length === expected.data.length &&
      frame.data.every((byte, i) => byte === expected.data[i]) &&
      (frame.stream === "stderr") === (expected.kind === 2);
    if (!same) throw new Error(`frame ${at} came out differently`);
  }
  if (at !== sent.length) throw new Error(`${sent.length - at} frames are missing`);
  return at;
}

/** @returns whether the damaged stream could still be read. */
async function damagedStream(random: Below): Promise<boolean> {
  const wire = joined([
    header(random(6), random(3) === 0 ? 0xffff_ffff - random(1000) : random(200)),
    bytes(random, random(300)),
    header(1 + random(2), random(50)),
    bytes(random, random(60)),
  ]);
  for (let i = random(4); i > 0; i--) wire[random(wire.length)] = random(256);
  let received = 0;
  try {
    for await (const frame of logFrames(chunked(wire, random), { timestamps: true })) {
      received += frame.data.length;
      if (received > wire.length) throw new Error("more came out than went in");
    }
    return true;
  } catch (error) {
    if (error instanceof BadLogStream || error instanceof LogStreamFailed) return false;
    throw error;
  }
}

/** @returns whether the damaged progress could still be read. */
async function damagedLines(random: Below): Promise<boolean> {
  const lines = new TextEncoder().encode(`${JSON.stringify(SAMPLE)}\r\n`.repeat(1 + random(3)));
  for (let i = random(5); i > 0; i--) lines[random(lines.length)] = random(256);
  try {
    for await (const line of jsonLines(chunked(lines, random))) {
      ANSWERS.progressLine.safeParse(line);
    }
    return true;
  } catch (error) {
    const known = error instanceof SyntaxError || error instanceof BodyTooLong ||
      error instanceof EngineError;
    if (known) return false;
    throw error;
  }
}

/** One object with the fields of every answer. */
const SAMPLE: Record<string, unknown> = {
  Id: "abc",
  ID: "abc",
  Name: "/name",
  Names: ["/name"],
  Version: "28.0",
  ApiVersion: "1.41",
  MinAPIVersion: "1.12",
  Created: "2026-11-22T22:42:52.22397375Z",
  Image: "sha256:abc",
  State: {
    Status: "exited",
    ExitCode: 0,
    Running: false,
    StartedAt: "0001-01-01T00:00:00Z",
    FinishedAt: "2026-11-22T22:42:52.2Z",
  },
  Config: {
    Labels: { a: "b" },
    Env: ["A=b"],
    Entrypoint: ["sh"],
    Cmd: null,
    Volumes: { "/x": {} },
  },
  Mounts: [{ Type: "bind", Source: "/a", Destination: "/b", RW: true }],
  HostConfig: { LogConfig: { Type: "json-file" } },
  SecurityOptions: ["name=seccomp,profile=default"],
  Runtimes: { runc: {} },
  StatusCode: 0,
  Error: null,
  memory_stats: { usage: 1, max_usage: 2 },
  message: "text",
  status: "Downloading",
  progressDetail: { current: 1, total: 2 },
  errorDetail: { message: "" },
};

const ODD = [null, undefined, "", "\0", "x".repeat(5000), -1, 1e308, NaN, true, [], {}, [[]], "🎉"];

/** Puts odd things into odd places of a value, in place; sometimes replaces all of it. */
function damage(value: unknown, random: Below): unknown {
  if (random(30) === 0) return ODD[random(ODD.length)];
  const holders: Record<string, unknown>[] = [];
  const collect = (node: unknown) => {
    if (typeof node !== "object" || node === null) return;
    holders.push(node as Record<string, unknown>);
    Object.values(node).forEach(collect);
  };
  collect(value);
  for (let i = random(4); i > 0; i--) {
    const holder = holders[random(holders.length)];
    const keys = Object.keys(holder);
    const key = keys.length === 0 || random(8) === 0 ? "__odd" : keys[random(keys.length)];
    if (random(4) === 0) delete holder[key];
    else holder[key] = ODD[random(ODD.length)];
  }
  return value;
}

function header(kind: number, length: number): Uint8Array {
  const start = new Uint8Array(8);
  start[0] = kind;
  new DataView(start.buffer).setUint32(4, length);
  return start;
}

async function* chunked(whole: Uint8Array, random: Below): AsyncGenerator<Uint8Array> {
  const most = 1 + random(random(2) === 0 ? 12 : 40_000);
  for (let at = 0; at < whole.length;) {
    const size = 1 + random(most);
    yield whole.slice(at, at + size);
    at += size;
  }
}

function bytes(random: Below, length: number): Uint8Array {
  return new Uint8Array(length).map(() => random(256));
}
