import * as z from "zod/mini";
import { dockerText, Failure } from "../i18n/mod.ts";
import { readJsonFile } from "./json_file.ts";
import { HUB } from "./image_reference.ts";

const entry = z.object({
  auth: z.nullish(z.string()),
  username: z.nullish(z.string()),
  password: z.nullish(z.string()),
  identitytoken: z.nullish(z.string()),
});
const loginFile = z.object({
  auths: z.nullish(z.record(z.string(), z.nullish(entry))),
  credsStore: z.nullish(z.string()),
  credHelpers: z.nullish(z.record(z.string(), z.string())),
});

/** What `docker login` or `podman login` has left behind. */
export type LoginFile = z.infer<typeof loginFile>;
type Entry = z.infer<typeof entry>;

/** What a registry is logged in to with. */
export type Credentials =
  | { readonly username: string; readonly password: string }
  | { readonly identityToken: string };

/** An image's name, taken apart by `registryOf`. */
export interface ImagePlace {
  readonly registry: string;
  readonly path: string;
}

/**
 * Reads a file of logins; undefined when there is none.
 * @throws {Failure} when it cannot be read, or is not one. It says nothing of what is in it.
 */
export function readLoginFile(file: string): Promise<LoginFile | undefined> {
  return readJsonFile(file, loginFile, dockerText.loginsUnread);
}

/** How the docker command and the helpers call a registry. */
export function serverOf(registry: string): string {
  return registry === HUB ? "https://index.docker.io/v1/" : registry;
}

/** The helper that the file names for a registry; undefined when the logins are in the file itself. */
export function helperOf(
  { credHelpers, credsStore }: LoginFile,
  registry: string,
): string | undefined {
  const own = Object.entries(credHelpers ?? {}).find(([key]) => isKeyOf(key, { registry }));
  return (own ? own[1] : credsStore) || undefined;
}

/**
 * The login that the file itself has for an image: that of its registry and of no other.
 *
 * @param options `byPath`: a key may also stand for a part of a registry (`quay.io/team`), as podman's do;
 * the longest one counts
 * @throws {Failure} when there is one that cannot be understood.
 */
export function loginIn(
  { auths }: LoginFile,
  place: ImagePlace,
  { file, byPath }: { readonly file: string; readonly byPath: boolean },
): Credentials | undefined {
  for (const key of keysFor(Object.keys(auths ?? {}), place, byPath)) {
    const login = credentialsOf(auths?.[key] ?? {});
    if (login === "broken") {
      throw new Failure(dockerText.loginBroken({ file, registry: place.registry }));
    }
    if (login) return login;
  }
}

/** The keys that stand for an image's place, the one that fits best first. */
function keysFor(keys: readonly string[], place: ImagePlace, byPath: boolean): string[] {
  const { registry, path } = place;
  const server = serverOf(registry);
  const parts = path.split("/");
  const narrower = byPath
    ? parts.map((_, index) => `${registry}/${parts.slice(0, parts.length - index).join("/")}`)
    : [];
  const exact = [...narrower, server].filter((key) => keys.includes(key));
  const same = keys.filter((key) => isKeyOf(key, { registry }));
  return [...new Set([...exact, ...same])];
}

/** Whether a key stands for a whole registry: `host`, `https://host/` or `https://host/v1/`. */
function isKeyOf(key: string, { registry }: Pick<ImagePlace, "registry">): boolean {
  const [, host = ""] = /^(?:https?:\/\/)?([^/]+)(?:\/(?:v[12]\/?)?)?$/i.exec(key) ?? [];
  const named = host.toLowerCase();
  return named === registry ||
    (registry === HUB && [`index.${HUB}`, `registry-1.${HUB}`].includes(named));
}

/** Undefined for an entry with nothing in it: the docker command writes such ones beside a helper's. */
function credentialsOf(entry: Entry): Credentials | "broken" | undefined {
  const { auth, username, password, identitytoken } = entry;
  if (identitytoken) return { identityToken: identitytoken };
  if (!auth) return username && password ? { username, password } : undefined;
  const text = fromBase64(auth);
  const colon = text?.indexOf(":") ?? -1;
  if (text === undefined || colon <= 0) return "broken";
  // As old versions have written it, it may end in zero bytes.
  return { username: text.slice(0, colon), password: text.slice(colon + 1).replace(/\0+$/, "") };
}

function fromBase64(text: string): string | undefined {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(text), (char) => char.charCodeAt(0)));
  } catch {
    return undefined;
  }
}
