import { fromFileUrl } from "@std/path";
import { createTarPacker } from "modern-tar";

import type { Engine } from "../../src/docker/mod.ts";

const SCRIPT = fromFileUrl(new URL("../../.ci/base-image", import.meta.url));
/** What the example image starts from in the world outside. */
const OFFICIAL = "node:22-slim";

/**
 * The image that the example executor is built on: `AGENT_CORE_BASE_IMAGE`, else the official one when
 * the engine has it or a registry gives it, else one that `.ci/base-image` makes.
 */
export async function ensureBaseImage(engine: Engine): Promise<string> {
  const named = Deno.env.get("AGENT_CORE_BASE_IMAGE");
  if (named) return named;
  if (await engine.inspectImage(OFFICIAL)) return OFFICIAL;
  const path = await cachedRoot();
  const tag = tagOf(path);
  if (await engine.inspectImage(tag)) return tag;
  await engine.buildImage(rootContext(path), { tag });
  return tag;
}

async function cachedRoot(): Promise<string> {
  const { success, stdout } = await new Deno.Command("sh", { args: [SCRIPT], stderr: "inherit" })
    .output();
  if (!success) throw new Error("Cannot make an image to build on: .ci/base-image failed");
  return new TextDecoder().decode(stdout).trim();
}

/** A new make of the file gets a new name. */
function tagOf(path: string): string {
  const make = path.split("/").at(-1)!.replace(/\.tar$/, "");
  return `agent-core-test-base:${make}`;
}

/** The image trusts whom this machine trusts: behind a proxy with its own CA npm needs that. */
const DOCKERFILE = `FROM scratch
ADD root.tar /
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
ENV npm_config_cafile=/etc/ssl/certs/ca-certificates.crt
CMD ["node"]
`;

function rootContext(path: string): ReadableStream<Uint8Array> {
  const { readable, controller } = createTarPacker();
  const pack = async () => {
    const text = new TextEncoder().encode(DOCKERFILE);
    const writer = controller.add({ name: "Dockerfile", size: text.length, type: "file" })
      .getWriter();
    await writer.write(text);
    await writer.close();
    using file = await Deno.open(path);
    const { size } = await file.stat();
    const body = controller.add({ name: "root.tar", size, type: "file" }).getWriter();
    for await (const chunk of file.readable) await body.write(chunk);
    await body.close();
  };
  pack().then(() => controller.finalize(), (error) => controller.error(error));
  return readable;
}
