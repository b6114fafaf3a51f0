import type { ContainerSpec, Engine } from "../../src/docker/mod.ts";
import { TEST_IMAGE, TEST_LABELS, uniqueName } from "../support/engine.ts";

/** A container that runs `script` in the test image, without a network unless `more` says so. */
export function shell(script: string, more: Partial<ContainerSpec> = {}): ContainerSpec {
  return {
    Image: TEST_IMAGE,
    Cmd: ["sh", "-c", script],
    Labels: TEST_LABELS,
    ...more,
    HostConfig: { NetworkMode: "none", ...more.HostConfig },
  };
}

/** Creates such a container under a name of its own. */
export function create(engine: Engine, script: string, more?: Partial<ContainerSpec>) {
  return engine.createContainer(uniqueName("docker"), shell(script, more));
}

/** Creates it, starts it and waits for its end. The caller removes it. */
export async function runToEnd(engine: Engine, script: string, more?: Partial<ContainerSpec>) {
  const id = await create(engine, script, more);
  const opened = Promise.withResolvers<void>();
  const ended = engine.waitContainer(id, { condition: "next-exit", onOpen: opened.resolve });
  await Promise.race([opened.promise, ended]);
  await engine.startContainer(id);
  return { id, ...await ended };
}

/** Waits until `ask` gives something, asking again and again for 20 s at most. */
export async function until<T>(ask: () => Promise<T | undefined | false>): Promise<T> {
  const deadline = performance.now() + 20_000;
  while (true) {
    const found = await ask();
    if (found) return found;
    if (performance.now() > deadline) throw new Error("it did not come about within 20 s");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** All bytes of a stream as text. */
export async function textOfStream(stream: ReadableStream<Uint8Array>): Promise<string> {
  return await new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>>).text();
}
