import type { Engine } from "../../src/docker/mod.ts";
import { uniqueName } from "./engine.ts";
import { post } from "./raw_engine.ts";

/**
 * An image made of a container by `docker commit`, which gives it the container's labels, and a
 * container of that image, running. Disposing it removes both.
 */
export interface Copy extends AsyncDisposable {
  readonly image: string;
  readonly containerId: string;
  /** Whether its container still runs. */
  runs(): Promise<boolean>;
}

/** Copies a container, with more labels for the image if need be. */
export async function copyOf(
  engine: Engine,
  id: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<Copy> {
  const name = uniqueName("copy");
  const image = `${name}:latest`;
  const query = new URLSearchParams({ container: id, repo: name, tag: "latest" });
  for (const [key, value] of Object.entries(labels)) {
    query.append("changes", `LABEL ${key}=${value}`);
  }
  await post(engine, `/commit?${query}`, {});
  const containerId = await engine.createContainer(name, {
    Image: image,
    Entrypoint: ["sleep", "1000"],
    Cmd: [],
    HostConfig: { NetworkMode: "none" },
  });
  await engine.startContainer(containerId);
  return {
    image,
    containerId,
    runs: async () => (await engine.inspectContainer(containerId))?.state.running === true,
    async [Symbol.asyncDispose]() {
      await engine.removeContainer(containerId, { force: true });
      await engine.removeImage(image, { force: true });
    },
  };
}
