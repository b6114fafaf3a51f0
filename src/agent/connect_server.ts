import type { Journal } from "../journal/mod.ts";
import {
  createBudget,
  createServerClient,
  type RequestBudget,
  requestMemory,
  type ServerClient,
} from "../server/mod.ts";
import { type AgentOptions, CLOCK } from "./agent_options.ts";

/**
 * Goes on with the budget of requests where an earlier process left it.
 *
 * @returns the budget, and what writes down for the next start how much of it is used
 */
export function requestsOf(
  journal: Journal,
  { config, requestsPerMinute }: Pick<AgentOptions, "config" | "requestsPerMinute">,
) {
  const memory = requestMemory(journal, CLOCK);
  const budget = createBudget({
    perMinute: requestsPerMinute,
    pollEverySecs: config.server.pollIntervalSecs,
    clock: CLOCK,
    ...memory,
  });
  return { budget, remember: () => memory.onAhead(budget.used()) };
}

/** Makes the client of the configured Server. */
export function connectServer(
  who: { readonly serviceId: string; readonly apiKey: string },
  budget: RequestBudget,
  { config, log, proxies }: Pick<AgentOptions, "config" | "log" | "proxies">,
): ServerClient {
  return createServerClient({
    ...who,
    baseUrl: config.server.baseUrl,
    useSystemProxy: config.server.useSystemProxy,
    proxies,
    budget,
    clock: CLOCK,
    log,
  });
}
