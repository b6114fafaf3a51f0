import * as z from "zod/mini";
import { expectBody } from "./expect.ts";
import { step, type Wire } from "./wire.ts";

const ANSWER = z.object({ success: z.literal(true) });

/** Takes a task, by its id. 400, from older Servers 409: it is not pending. */
export async function accept(
  wire: Wire,
  serviceId: string,
  taskId: string,
  signal: AbortSignal,
): Promise<"accepted" | "not_pending"> {
  const call = {
    name: "accept",
    kind: "vital",
    method: "POST",
    path: `/api/v1/agent/${step(serviceId)}/accept`,
    json: { task_id: taskId },
    signal,
  } as const;
  const answer = await wire.ask(call);
  if (answer.refusal && (answer.status === 400 || answer.status === 409)) return "not_pending";
  expectBody(wire.facts(call), answer, ANSWER);
  return "accepted";
}
