import * as z from "zod/mini";
import { expectBody } from "./expect.ts";
import type { Load, PollAnswer } from "./server_client.ts";
import { polledTask } from "./server_task.ts";
import { step, type Wire } from "./wire.ts";

const ANSWER = z.object({
  has_task: z.boolean(),
  task: z.unknown(),
  should_cancel: z.nullish(z.boolean()),
  cancel_task_id: z.nullish(z.string().check(z.minLength(1))),
}).check(
  z.refine((answer) => !answer.should_cancel || typeof answer.cancel_task_id === "string", {
    error: "missing although should_cancel is true",
    path: ["cancel_task_id"],
  }),
);

/** A prompt may fill the Server's largest body (10 MB), and JSON may write each byte as six. Bytes. */
const MAX_POLL_ANSWER = 64 * 1024 * 1024;

/** Asks for a task or a cancel. An older Server's 204 is nothing. */
export async function poll(
  wire: Wire,
  serviceId: string,
  load: Load,
  signal: AbortSignal,
): Promise<PollAnswer> {
  const call = {
    name: "poll",
    kind: "poll",
    method: "POST",
    path: `/api/v1/agent/${step(serviceId)}/poll`,
    json: { current_load: load.currentLoad, available_capacity: load.availableCapacity },
    signal,
  } as const;
  const answer = await wire.ask(call, MAX_POLL_ANSWER);
  if (answer.status === 204) return {};
  const body = expectBody(wire.facts(call), answer, ANSWER);
  if (body.should_cancel && body.cancel_task_id) return { cancelTaskId: body.cancel_task_id };
  return body.has_task ? { task: polledTask(body.task) } : {};
}
