import { join } from "@std/path";
import { type Text, textOf } from "../i18n/mod.ts";
import { homeFolder } from "../util/mod.ts";
import { askHelper } from "./credential_helper.ts";
import { registryOf } from "./image_reference.ts";
import { type Credentials, helperOf, loginIn, readLoginFile, serverOf } from "./login_file.ts";

/** A login for one registry. */
export interface RegistryLogin {
  readonly credentials: Credentials;
  /** As the docker command calls the registry. */
  readonly server: string;
  /** The file that has it, or names the helper that does. */
  readonly file: string;
}

/** What there is to log in to the registry of an image with. */
export interface FoundLogin {
  readonly registry: string;
  readonly login?: RegistryLogin;
  /** The files that were looked for. */
  readonly files: readonly string[];
  /** What kept a login from being found, if there is one. */
  readonly doubts: readonly Text[];
}

/** Looks for the login of an image by its name, without tag and digest. */
export type FindLogin = (name: string, signal?: AbortSignal) => Promise<FoundLogin>;

/** Where {@linkcode findRegistryLogin} looks. */
export interface LoginPlaces {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The home folder. @default {HOME or USERPROFILE of `env`} */
  readonly home?: string;
  /** @default {Deno.build.os} */
  readonly os?: typeof Deno.build.os;
  readonly signal?: AbortSignal;
}

/** Never finds one. */
export const noLogin: FindLogin = (name) =>
  Promise.resolve({ registry: registryOf(name).registry, files: [], doubts: [] });

/**
 * Finds what `docker login` has left for the registry of an image, in the docker command's own file; where
 * that has nothing, what `podman login` has. A login is found only for exactly the registry that it was
 * made for. As for those commands, a helper that a file names for a registry goes before what the file
 * itself holds.
 *
 * @param name the image's, without tag and digest
 */
export async function findRegistryLogin(name: string, places: LoginPlaces): Promise<FoundLogin> {
  const place = registryOf(name);
  const { registry } = place;
  const server = serverOf(registry);
  const doubts: Text[] = [];
  const found = loginFiles(places);
  const files = found.map(({ file }) => file);
  for (const { file, byPath } of found) {
    try {
      const logins = await readLoginFile(file);
      const helper = logins && helperOf(logins, registry);
      const credentials = logins && (
        helper === undefined
          ? loginIn(logins, place, { file, byPath })
          : await askHelper({ ...places, name: helper, file, server })
      );
      if (credentials) {
        return { registry, login: { credentials, server, file }, files, doubts };
      }
    } catch (error) {
      places.signal?.throwIfAborted();
      doubts.push(textOf(error));
    }
  }
  return { registry, files, doubts };
}

/** Where logins may be: the docker command's file, then those of podman. */
function loginFiles({ env, home = homeFolder(env), os = Deno.build.os }: LoginPlaces) {
  const docker = env.DOCKER_CONFIG || (home && join(home, ".docker"));
  const config = env.XDG_CONFIG_HOME || (home && join(home, ".config"));
  // A service has no XDG_RUNTIME_DIR, and nor has podman there.
  const runtime = env.XDG_RUNTIME_DIR
    ? join(env.XDG_RUNTIME_DIR, "containers")
    : os === "linux" && `/run/containers/${Deno.uid()}`;
  const podman = [
    env.REGISTRY_AUTH_FILE,
    runtime && join(runtime, "auth.json"),
    config && join(config, "containers", "auth.json"),
  ];
  return [
    ...docker ? [{ file: join(docker, "config.json"), byPath: false }] : [],
    ...podman.flatMap((file) => file ? [{ file, byPath: true }] : []),
  ];
}

/** A login as the engine takes it, in the header `X-Registry-Auth`. */
export function loginHeader({ credentials, server: serveraddress }: RegistryLogin): string {
  const config = "identityToken" in credentials
    ? { identitytoken: credentials.identityToken, serveraddress }
    : { ...credentials, serveraddress };
  // The engine wants the padding.
  return base64(JSON.stringify(config)).replaceAll("+", "-").replaceAll("/", "_");
}

/** Every form in which a login may come back, in what an engine or a registry says. */
export function secretsOf(login: RegistryLogin): string[] {
  const { credentials } = login;
  const secrets = "identityToken" in credentials
    ? [credentials.identityToken]
    : [credentials.password, base64(`${credentials.username}:${credentials.password}`)];
  return [...secrets, loginHeader(login)].filter((secret) => secret.length >= SHORTEST);
}

/** Characters of a secret that can be told from other words. */
const SHORTEST = 4;

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
