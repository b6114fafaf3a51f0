import { createTarPacker } from "modern-tar";

import type { Engine } from "../../docker/mod.ts";
import { cliText, Failure, type Text, textOf } from "../../i18n/mod.ts";

/** The image that the demo's task runs in; the one thing that a demo leaves behind. */
export const DEMO_IMAGE = "busybox:latest";

const BUSYBOX = ["/bin/busybox", "/usr/bin/busybox", "/usr/local/bin/busybox"];

/**
 * Makes sure that the engine has a small image: pulled, or where there is no registry, made from a
 * static busybox of this machine.
 *
 * @throws {Failure} when neither works, with what each said.
 */
export async function ensureDemoImage(engine: Engine, tell: (what: Text) => void): Promise<void> {
  await using _ = engine;
  if (await engine.inspectImage(DEMO_IMAGE)) return;
  tell(cliText.demoPulling({ image: DEMO_IMAGE }));
  try {
    return await engine.pullImage(DEMO_IMAGE);
  } catch (error) {
    const reason = textOf(error);
    const busybox = await findBusybox();
    if (!busybox) throw new Failure(cliText.demoNoImage({ image: DEMO_IMAGE, reason }));
    tell(cliText.demoBuilding({ image: DEMO_IMAGE, busybox }));
    await engine.buildImage(buildContext(await Deno.readFile(busybox)), { tag: DEMO_IMAGE });
  }
}

async function findBusybox(): Promise<string | undefined> {
  for (const path of BUSYBOX) {
    if ((await Deno.stat(path).catch(() => undefined))?.isFile) return path;
  }
  return undefined;
}

function buildContext(busybox: Uint8Array): ReadableStream<Uint8Array> {
  const dockerfile = new TextEncoder().encode([
    "FROM scratch",
    "COPY busybox /bin/busybox",
    'RUN ["/bin/busybox", "--install", "-s", "/bin"]',
    'RUN ["/bin/busybox", "mkdir", "-m", "1777", "/tmp"]',
    'CMD ["/bin/sh"]',
  ].join("\n"));
  const { readable, controller } = createTarPacker();
  const add = (name: string, mode: number, content: Uint8Array) => {
    const writer = controller.add({ name, mode, size: content.length, type: "file" }).getWriter();
    return writer.write(content).then(() => writer.close());
  };
  // The reader sets the pace, so this cannot be awaited here; an error reaches it by the stream.
  add("Dockerfile", 0o644, dockerfile)
    .then(() => add("busybox", 0o755, busybox))
    .then(() => controller.finalize())
    .catch((error) => controller.error(error));
  return readable;
}
