import { type Clock, createDirectHttpClient, SYSTEM_CLOCK } from "../util/mod.ts";
import { type ConnectionOptions, connectionSettings } from "./http_client.ts";
import { transportTrouble } from "./trouble.ts";

/** What is learnt of a Server by just looking. */
export interface Probe {
  readonly status: number;
  /** How far this machine's clock is ahead of the Server's, by its Date header; undefined without one. */
  readonly clockOffsetMs?: number;
}

/**
 * Looks whether something answers at `base_url`, without a key and without a trace.
 *
 * @throws {ServerError} when nothing answers; the signal's reason is one of these then too.
 */
export async function probeServer(
  { signal, clock = SYSTEM_CLOCK, ...connection }:
    & ConnectionOptions
    & { readonly signal: AbortSignal; readonly clock?: Clock },
): Promise<Probe> {
  const url = `${connection.baseUrl.replace(/\/+$/, "")}/health`;
  using client = createDirectHttpClient(connectionSettings(connection));
  const begin = clock.wall();
  try {
    const response = await fetch(url, { client, redirect: "manual", signal });
    const middle = (begin + clock.wall()) / 2;
    await response.body?.cancel();
    const date = Date.parse(response.headers.get("date") ?? "");
    // The header has whole seconds, cut off: on average half a second early.
    const clockOffsetMs = Number.isNaN(date) ? undefined : middle - (date + 500);
    return { status: response.status, clockOffsetMs };
  } catch (error) {
    const timedOutMs = signal.aborted ? clock.wall() - begin : undefined;
    throw transportTrouble({ name: "health", url }, error, timedOutMs);
  }
}
