import * as z from "zod/mini";
import type { BudgetKind } from "./budget_rules.ts";
import type { ServerClient } from "./server_client.ts";
import { polledTask } from "./server_task.ts";
import { expectBody } from "./trouble.ts";
import { type Call, step, type Wire } from "./wire.ts";

const POLLED = z.object({
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
const ACKNOWLEDGED = z.object({ acknowledged: z.literal(true), timestamp: z.unknown() });
const SUCCESS = z.object({ success: z.literal(true) });

/** A prompt may fill the Server's largest body (10 MB), and JSON may write each byte as six. Bytes. */
const MAX_POLL_ANSWER = 64 * 1024 * 1024;

/** The calls of a service about itself and its tasks; their files have calls of their own. */
export function agentCalls(
  wire: Wire,
  serviceId: string,
): Pick<ServerClient, "poll" | "heartbeat" | "accept" | "complete"> {
  const callOf = (name: string, kind: BudgetKind, json: unknown, signal: AbortSignal): Call => {
    const path = `/api/v1/agent/${step(serviceId)}/${name}`;
    return { name, kind, method: "POST", path, json, signal };
  };
  return {
    async poll({ currentLoad, availableCapacity }, signal) {
      const json = { current_load: currentLoad, available_capacity: availableCapacity };
      const call = callOf("poll", "poll", json, signal);
      const answer = await wire.ask(call, MAX_POLL_ANSWER);
      // An older Server's way to say nothing.
      if (answer.status === 204) return {};
      const body = expectBody(wire.facts(call), answer, POLLED);
      if (body.should_cancel && body.cancel_task_id) return { cancelTaskId: body.cancel_task_id };
      return body.has_task ? { task: polledTask(body.task) } : {};
    },
    async heartbeat(beat, signal) {
      // The Server refuses a load above the capacity: it is cut to fit.
      const capacity = Math.max(1, beat.capacity);
      const fit = (load: number) => Math.min(capacity, Math.max(0, load));
      const json = {
        status: beat.status,
        current_load: fit(beat.currentLoad),
        capacity,
        available_capacity: fit(beat.availableCapacity),
      };
      const limitMs = wire.limits.heartbeatMs;
      const call = { ...callOf("heartbeat", "heartbeat", json, signal), limitMs };
      const { timestamp } = expectBody(wire.facts(call), await wire.ask(call), ACKNOWLEDGED);
      const at = typeof timestamp === "string" ? Date.parse(timestamp) : NaN;
      return Number.isNaN(at) ? undefined : at;
    },
    async accept(taskId, signal) {
      const call = callOf("accept", "vital", { task_id: taskId }, signal);
      const answer = await wire.ask(call);
      // From older Servers 409.
      if (answer.refusal && (answer.status === 400 || answer.status === 409)) return "not_pending";
      expectBody(wire.facts(call), answer, SUCCESS);
      return "accepted";
    },
    async complete({ taskId, status, output, errorMessage, fileIds }, signal) {
      const json = {
        task_id: taskId,
        status,
        output,
        error_message: errorMessage,
        file_ids: fileIds,
      };
      const call = callOf("complete", "vital", json, signal);
      const answer = await wire.ask(call);
      if (answer.refusal && answer.status === 400) return "not_running";
      expectBody(wire.facts(call), answer, SUCCESS);
      return "done";
    },
  };
}
