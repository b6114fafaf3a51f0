import { isAbsolute, join } from "@std/path";
import * as z from "zod/mini";
import { dockerText, Failure, reasonOf, type Text } from "../i18n/mod.ts";
import { abortable, BodyTooLong, jsonOrUndefined, readBounded } from "../util/mod.ts";
import {
  CREDENTIAL_HELPERS,
  HELPER_PREFIX,
  LOCAL_FOLDER,
  usualFolders,
} from "./credential_programs.ts";
import type { Credentials } from "./login_file.ts";

/** Milliseconds that a helper may take: some ask a cloud. */
const HELPER_MS = 10_000;
/** Bytes of its answer; a cloud's token has some thousand. */
const ANSWER_LIMIT = 64 * 1024;
/** What a helper says that has no login. */
const NONE = "credentials not found in native keychain";

const helperAnswer = z.object({ Username: z.string(), Secret: z.string() });

/** Whom {@linkcode askHelper} asks, and for what. */
export interface HelperQuestion {
  /** `pass` for `docker-credential-pass`. */
  readonly name: string;
  /** The file that names the helper. */
  readonly file: string;
  /** As the helper knows the registry. */
  readonly server: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds until it is killed. @default {HELPER_MS} */
  readonly limitMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Asks a credential helper for the login of one registry. It is started by its whole path and without a
 * shell; what it says is told to nobody.
 *
 * @returns undefined when it has none.
 * @throws {Failure} when there is no such helper, it may not be started, or it does not answer as one.
 */
export async function askHelper(question: HelperQuestion): Promise<Credentials | undefined> {
  const { file, server, limitMs = HELPER_MS } = question;
  if (!/^[a-z0-9-]+$/.test(question.name)) throw new Failure(dockerText.helperNameBad({ file }));
  const path = await findHelper(question);
  const failed = (reason: Text) =>
    new Failure(dockerText.helperFailed({ path, registry: server, reason }));
  const time = AbortSignal.timeout(limitMs);
  let ended: Ended;
  try {
    ended = await run(path, question, time);
  } catch (error) {
    question.signal?.throwIfAborted();
    if (time.aborted) throw failed(dockerText.helperSlow({ secs: limitMs / 1000 }));
    throw failed(error instanceof BodyTooLong ? dockerText.helperGarbled : reasonOf(error));
  }
  if (ended.code !== 0) {
    if (ended.output.trim() === NONE) return undefined;
    throw failed(dockerText.helperCode({ code: ended.code }));
  }
  const { success, data } = helperAnswer.safeParse(jsonOrUndefined(ended.output));
  if (!success) throw failed(dockerText.helperGarbled);
  const { Username: username, Secret: secret } = data;
  if (username === "<token>") return { identityToken: secret };
  return username === "" && secret === "" ? undefined : { username, password: secret };
}

/** The first that may be started, in the folders of PATH and in the usual ones. */
async function findHelper({ name, file, env }: HelperQuestion): Promise<string> {
  const { os } = Deno.build;
  const program = `${HELPER_PREFIX}${name}${os === "windows" ? ".exe" : ""}`;
  const ofPath = (env.PATH ?? env.Path ?? "").split(os === "windows" ? ";" : ":");
  const folders = [...ofPath.filter(isAbsolute), ...usualFolders(os)];
  let refused: string | undefined;
  for (const path of new Set(folders.map((folder) => join(folder, program)))) {
    const info = await Deno.stat(path).catch(() => undefined);
    if (!info?.isFile || (info.mode !== null && (info.mode & 0o111) === 0)) continue;
    const { state } = await Deno.permissions.query({ name: "run", command: path });
    if (state === "granted") return path;
    refused ??= path;
  }
  if (refused === undefined) throw new Failure(dockerText.helperMissing({ program, file }));
  if (os !== "linux") throw new Failure(dockerText.helperTooLate({ path: refused }));
  const usual = CREDENTIAL_HELPERS.map((helper) => HELPER_PREFIX + helper);
  const words = { path: refused, file, folder: LOCAL_FOLDER, usual };
  throw new Failure(dockerText.helperElsewhere(words));
}

interface Ended {
  readonly code: number;
  readonly output: string;
}

async function run(
  path: string,
  { server, env, signal }: HelperQuestion,
  time: AbortSignal,
): Promise<Ended> {
  const over = signal ? AbortSignal.any([signal, time]) : time;
  over.throwIfAborted();
  const child = new Deno.Command(path, {
    args: ["get"],
    clearEnv: true,
    env: environmentFor(env),
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  let hasEnded = false;
  const status = child.status.finally(() => hasEnded = true);
  status.catch(() => {});
  try {
    // One that does not read what it is asked is told by its answer.
    tell(child.stdin, server).catch(() => {});
    // Something that it has started may hold its output open for ever.
    const words = child.stdout.pipeThrough(new TransformStream(), { signal: over });
    const output = new TextDecoder().decode(await readBounded(words, ANSWER_LIMIT));
    return { output, code: (await abortable(status, over)).code };
  } finally {
    if (!hasEnded) child.kill("SIGKILL");
  }
}

async function tell(stdin: WritableStream<Uint8Array>, words: string): Promise<void> {
  const writer = stdin.getWriter();
  await writer.write(new TextEncoder().encode(`${words}\n`));
  await writer.close();
}

/**
 * The environment that a helper is given: without the agent's own settings, among which its key may be, and
 * without what decides which code a program loads, which Deno hands on to none.
 */
function environmentFor(env: HelperQuestion["env"]): Record<string, string> {
  const entries = Object.entries(env).filter((entry): entry is [string, string] =>
    entry[1] !== undefined && !/^(?:AGENT_CORE|LD|DYLD)_/.test(entry[0])
  );
  return Object.fromEntries(entries);
}
