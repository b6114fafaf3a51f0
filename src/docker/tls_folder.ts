import { join } from "@std/path";
import { dockerText, Failure, reasonOf } from "../i18n/mod.ts";
import type { TlsMaterial } from "./endpoint.ts";

/**
 * Reads `ca.pem`, `cert.pem` and `key.pem` of a folder, as far as they are there; undefined when none
 * is.
 *
 * @throws {Failure} when one cannot be read, or of certificate and key there is only one.
 */
export async function readTlsFolder(folder: string): Promise<TlsMaterial | undefined> {
  const [ca, cert, key] = await Promise.all(
    ["ca.pem", "cert.pem", "key.pem"].map((name) => readIfThere(join(folder, name))),
  );
  if ((cert === undefined) !== (key === undefined)) {
    throw new Failure(dockerText.tlsPairIncomplete({ folder }));
  }
  if (ca === undefined && cert === undefined) return undefined;
  return { ...(ca === undefined ? {} : { ca }), ...(cert === undefined ? {} : { cert, key }) };
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    const detail = reasonOf(error);
    throw new Failure(dockerText.dockerFileUnreadable({ file, detail }), { cause: error });
  }
}
