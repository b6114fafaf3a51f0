import * as z from "zod/mini";
import { expectBody } from "./expect.ts";
import type { Report } from "./server_client.ts";
import { step, type Wire } from "./wire.ts";

const ANSWER = z.object({ success: z.literal(true) });

/** Reports how a task ended. 400: it is neither running nor being cancelled; the caller knows why. */
export async function complete(
  wire: Wire,
  serviceId: string,
  report: Report,
  signal: AbortSignal,
): Promise<"done" | "not_running"> {
  const call = {
    name: "complete",
    kind: "vital",
    method: "POST",
    path: `/api/v1/agent/${step(serviceId)}/complete`,
    json: {
      task_id: report.taskId,
      status: report.status,
      output: report.output,
      error_message: report.errorMessage,
      file_ids: report.fileIds,
    },
    signal,
  } as const;
  const answer = await wire.ask(call);
  if (answer.refusal && answer.status === 400) return "not_running";
  expectBody(wire.facts(call), answer, ANSWER);
  return "done";
}
