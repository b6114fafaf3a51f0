import * as z from "zod/mini";

import { inEnglish } from "../util/mod.ts";
import { attemptSchema } from "./attempt_row.ts";
import { REMOVABLE_STATES, SLOT_STATES } from "./queries.ts";
import type { Store } from "./store.ts";

const leaseSchema = z.pick(attemptSchema, { taskId: true, gpus: true });

/** What one attempt has of the GPUs: some of them for itself, or, with null, a run that sees all of them. */
export type Lease = z.infer<typeof leaseSchema>;

const SELECT_LEASE = "SELECT task_id AS taskId, gpus FROM attempts WHERE";

/** Whether or not there is a container yet. */
const IN_SLOTS = `state IN ${SLOT_STATES} AND (gpus IS NOT NULL OR run_id IS NOT NULL)`;

/** Those whose run nobody has seen end: one whose stop failed goes on with its GPUs until it is removed. */
const NOT_ENDED =
  `state IN ${REMOVABLE_STATES} AND run_removed = 0 AND run_id IS NOT NULL AND ended_at IS NULL`;

/** See {@linkcode Journal.leases}. */
export function listLeases(store: Store): Lease[] {
  return [IN_SLOTS, NOT_ENDED].flatMap((where) => store.sql(`${SELECT_LEASE} ${where}`).all())
    .map((row) => leaseSchema.parse(row, inEnglish));
}
