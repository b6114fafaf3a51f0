import { createHash } from "node:crypto";
import { join } from "@std/path";
import * as z from "zod/mini";
import { dockerText, Failure, textOf } from "../i18n/mod.ts";
import type { Logger } from "../log/mod.ts";
import { readJsonFile } from "./json_file.ts";
import { readTlsFolder } from "./tls_folder.ts";

const configFile = z.object({ currentContext: z.nullish(z.string()) });
const metaFile = z.object({
  Endpoints: z.object({
    docker: z.object({ Host: z.nullish(z.string()), SkipTLSVerify: z.nullish(z.boolean()) }),
  }),
});

/**
 * The context that the docker command would use: DOCKER_CONTEXT, else `currentContext` of its
 * configuration. Undefined for none and for `default`, which stands for the usual places. A
 * configuration that cannot be read is as none, as for the docker command, and `log` hears of it.
 *
 * @param folder the docker command's configuration folder, `~/.docker`.
 * @throws {Failure} naming the context's file that is missing or broken.
 */
export async function currentDockerContext(
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
  log: Logger,
) {
  const name = env.DOCKER_CONTEXT || await configuredName(join(folder, "config.json"), log);
  if (!name || name === "default") return undefined;
  const id = createHash("sha256").update(name).digest("hex");
  const file = join(folder, "contexts", "meta", id, "meta.json");
  const meta = await readJsonFile(file, metaFile, dockerText.dockerFileUnreadable);
  if (meta === undefined) throw new Failure(dockerText.contextMissing({ name, file }));
  // As in DOCKER_HOST.
  const { Host: host, SkipTLSVerify: skips } = meta.Endpoints.docker;
  if (!host) return undefined;
  if (skips) throw new Failure(dockerText.contextSkipsTls({ name }));
  const tls = await readTlsFolder(join(folder, "contexts", "tls", id, "docker"));
  return { name, host, tls };
}

async function configuredName(file: string, log: Logger): Promise<string | undefined> {
  try {
    const config = await readJsonFile(file, configFile, dockerText.dockerConfigIgnored);
    return config?.currentContext ?? undefined;
  } catch (error) {
    log.warn(textOf(error));
    return undefined;
  }
}
