import { callControl, ControlFailure } from "../../daemon/mod.ts";
import type { Text } from "../../i18n/mod.ts";
import { sleep } from "../../util/mod.ts";

/** How long a Server may take for its first answer, milliseconds. */
const WAIT_MS = 10_000;
const LOOK_MS = 100;

/** Whether a running agent is in touch with its Server. */
export type Contact =
  | { readonly state: "in_touch" }
  /** The Server does not accept its key: only a person can change that. */
  | { readonly state: "refused"; readonly why: Text }
  /** Something is in the way that may pass; the agent goes on trying. */
  | { readonly state: "away"; readonly why: Text }
  | { readonly state: "no_answer" };

/**
 * Waits for the Server's first answer to the agent that runs on a data folder, for 10 seconds at most. A
 * refusal ends the waiting, another trouble does not: it may pass.
 *
 * @throws {NotRunning} when the agent has gone meanwhile.
 */
export async function firstContact(dataDir: string, signal: AbortSignal): Promise<Contact> {
  const deadline = performance.now() + WAIT_MS;
  for (;;) {
    const contact = await look(dataDir, signal);
    const isFinal = contact.state === "in_touch" || contact.state === "refused";
    if (isFinal || performance.now() > deadline) return contact;
    await sleep(LOOK_MS, signal);
  }
}

async function look(dataDir: string, signal: AbortSignal): Promise<Contact> {
  try {
    const { server } = await callControl({ dataDir, request: { command: "status" }, signal });
    if (server?.state === "ok") return { state: "in_touch" };
    if (server?.message === undefined) return { state: "no_answer" };
    return { state: server.state === "credentials" ? "refused" : "away", why: server.message };
  } catch (error) {
    if (error instanceof ControlFailure) return { state: "no_answer" };
    throw error;
  }
}
