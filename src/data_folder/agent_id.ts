import { join } from "@std/path";

import { writeDurably } from "../util/mod.ts";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Where the agent's id is kept: a UUID by which it knows its containers. */
export function agentIdPath(dataDir: string): string {
  return join(dataDir, "agent.id");
}

/** What is written as the agent's id; empty where nothing is, or may not be read. */
export async function readAgentId(dataDir: string): Promise<string> {
  return (await Deno.readTextFile(agentIdPath(dataDir)).catch(() => "")).trim();
}

/**
 * The agent's id, made if there is none.
 *
 * @throws where it cannot be read for now: an agent with another id would not know its containers any more
 */
export async function ensureAgentId(dataDir: string): Promise<string> {
  const found = await Deno.readTextFile(agentIdPath(dataDir)).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  });
  const known = found.trim();
  if (UUID.test(known)) return known;
  const id = crypto.randomUUID();
  await writeDurably(agentIdPath(dataDir), `${id}\n`);
  return id;
}
