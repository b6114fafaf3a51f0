import { join } from "@std/path";

export const OWNER = { baseUrl: "http://127.0.0.1:1", serviceId: "svc_1" };

/** Runs `body` with the path of a journal in a folder of its own. */
export async function inFolder<T>(body: (path: string) => T | Promise<T>): Promise<T> {
  const folder = await Deno.makeTempDir({ prefix: "agent-core-" });
  try {
    return await body(join(folder, "agent.db"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
