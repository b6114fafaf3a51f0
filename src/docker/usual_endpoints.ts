import type { Endpoint } from "./endpoint.ts";

/**
 * Where Docker, rootless Docker, Docker Desktop, its like and Podman listen, likeliest first. `uid` is
 * the user's number, where the system has such.
 */
export function usualEndpoints({ os, env, home, uid }: {
  readonly os: typeof Deno.build.os;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home?: string;
  readonly uid?: number;
}): Endpoint[] {
  if (os === "windows") {
    return ["docker_engine", "dockerDesktopLinuxEngine", "podman-machine-default"]
      .map((name) => ({ kind: "npipe", path: `//./pipe/${name}` }));
  }
  const runtime = [env.XDG_RUNTIME_DIR, uid === undefined ? undefined : `/run/user/${uid}`]
    .filter((folder) => folder !== undefined && folder.startsWith("/"));
  const homes = home === undefined ? [] : [home];
  const paths = [
    "/var/run/docker.sock",
    ...runtime.map((folder) => `${folder}/docker.sock`),
    ...homes.flatMap((folder) => [
      `${folder}/.docker/run/docker.sock`,
      `${folder}/.docker/desktop/docker.sock`,
    ]),
    ...(os === "darwin" ? homes.flatMap(macSockets) : []),
    "/run/podman/podman.sock",
    ...runtime.map((folder) => `${folder}/podman/podman.sock`),
  ];
  return [...new Set(paths)].map((path) => ({ kind: "unix", path }));
}

/** OrbStack, Colima, Rancher Desktop and Podman's machine. */
function macSockets(home: string): string[] {
  return [
    `${home}/.orbstack/run/docker.sock`,
    `${home}/.colima/default/docker.sock`,
    `${home}/.rd/docker.sock`,
    `${home}/.local/share/containers/podman/machine/podman.sock`,
  ];
}
