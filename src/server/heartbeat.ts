import * as z from "zod/mini";
import { expectBody } from "./expect.ts";
import type { Beat } from "./server_client.ts";
import { step, type Wire } from "./wire.ts";

const ANSWER = z.object({ acknowledged: z.literal(true) });

/** Says that the agent is there. The Server refuses a load above the capacity: it is cut to fit. */
export async function heartbeat(
  wire: Wire,
  serviceId: string,
  beat: Beat,
  signal: AbortSignal,
): Promise<void> {
  const capacity = Math.max(1, beat.capacity);
  const call = {
    name: "heartbeat",
    kind: "heartbeat",
    method: "POST",
    path: `/api/v1/agent/${step(serviceId)}/heartbeat`,
    json: {
      status: beat.status,
      current_load: Math.min(capacity, Math.max(0, beat.currentLoad)),
      capacity,
      available_capacity: Math.min(capacity, Math.max(0, beat.availableCapacity)),
    },
    limitMs: wire.limits.heartbeatMs,
    signal,
  } as const;
  expectBody(wire.facts(call), await wire.ask(call), ANSWER);
}
