import { dockerText, joinTexts, type Text } from "../i18n/mod.ts";
import { createConcealer } from "../util/mod.ts";
import type { Caller, CallRequest } from "./call.ts";
import type { PullOptions } from "./engine.ts";
import { followProgress } from "./progress.ts";
import { type FindLogin, type FoundLogin, loginHeader, secretsOf } from "./registry_login.ts";

const IDLE_MS = 300_000;
/** How engines word a registry's 401 and 403; the status of the pull itself is 404 or 500. */
const DENIED = /denied|unauthorized|forbidden|authentication required|no basic auth/i;

/** What is pulled, with whose login. */
export interface Pull {
  readonly caller: Caller;
  readonly findLogin: FindLogin;
  readonly image: { readonly reference: string; readonly name: string; readonly tag: string };
}

/** Pulls an image, with the login for its registry if there is one. See {@linkcode Engine.pullImage}. */
export async function pullImage(
  { caller, findLogin, image: { reference, name, tag } }: Pull,
  { onProgress, onDoubt, idleMs = IDLE_MS, signal }: PullOptions = {},
): Promise<void> {
  const found = await findLogin(name, signal);
  for (const doubt of found.doubts) onDoubt?.(doubt);
  // An engine or a registry may repeat in its words what it was sent.
  const concealer = createConcealer(found.login ? secretsOf(found.login) : []);
  const request: CallRequest = {
    method: "POST",
    path: "/images/create",
    query: { fromImage: name, tag },
    headers: found.login && { "x-registry-auth": loginHeader(found.login) },
    limitMs: idleMs,
    signal,
  };
  const failed = (said: string) => {
    const detail = concealer.text(said);
    const { name: command = "docker" } = caller;
    const facts = { command: command.toLowerCase(), image: reference, detail };
    return { detail, text: joinTexts([reason(facts, found), ...found.doubts]) };
  };
  await followProgress(caller, request, failed, (line) => {
    if (!line.status) return;
    const { current, total } = line.progressDetail ?? {};
    onProgress?.({
      ...(line.id ? { id: line.id } : {}),
      status: concealer.text(line.status),
      ...(current ? { current } : {}),
      ...(total ? { total } : {}),
    });
  });
}

function reason(
  facts: { readonly command: string; readonly image: string; readonly detail: string },
  { registry, login, files }: FoundLogin,
): Text {
  if (!DENIED.test(facts.detail)) return dockerText.pullFailed(facts);
  if (login) return dockerText.pullLoginRefused({ ...facts, registry, file: login.file });
  return dockerText.pullWithoutLogin({
    ...facts,
    registry,
    files: files.length === 0
      ? dockerText.noLoginFiles
      : { zh: files.join("、"), en: files.join(", ") },
  });
}
