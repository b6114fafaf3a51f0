import {
  doctorText,
  type Finding,
  ok,
  problem,
  type Text,
  textOf,
  warning,
} from "../../i18n/mod.ts";
import {
  CA_VARIABLES,
  type ConnectionOptions,
  createBudget,
  createServerClient,
  probeServer,
  ServerError,
} from "../../server/mod.ts";
import type { CheckContext } from "./check.ts";

/** A clock that is off by more than this makes certificates and times in logs doubtful. Milliseconds. */
const CLOCK_LIMIT_MS = 60_000;
const TIMEOUT_MS = 15_000;
/** A task that no Server has: asking for its files changes nothing and tells whether the key is good. */
const NO_TASK = "00000000-0000-0000-0000-000000000000";

/** Is the Server there, is it one, does its clock agree, and does it know this agent? */
export async function checkServer(context: CheckContext): Promise<Finding[]> {
  const { app, config: { server } } = context;
  const url = server.baseUrl;
  const connection = {
    baseUrl: url,
    useSystemProxy: server.useSystemProxy,
    proxies: app.proxies,
    env: app.env,
  };
  let probe: Awaited<ReturnType<typeof probeServer>>;
  try {
    probe = await probeServer({ ...connection, signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    return [problem(doctorText.serverAway({ url, why: textOf(error) }), mendAway(context, error))];
  }
  const findings = await acquaintance(context, connection, probe.status);
  return [...findings, ...clock(probe.clockOffsetMs)];
}

/** Is it an OpenAaaS Server, and does it know this agent? */
async function acquaintance(
  { config: { agent, server: { baseUrl: url } } }: CheckContext,
  connection: ConnectionOptions,
  status: number,
): Promise<Finding[]> {
  if (agent.serviceId === undefined || agent.apiKey === undefined) {
    const there = status === 200 ? ok(doctorText.serverThere({ url })) : problem(
      doctorText.notAServer({ url, why: doctorText.healthStatus({ status }) }),
      doctorText.mendUrl,
    );
    return [there, problem(doctorText.notRegistered, doctorText.mendRegister)];
  }
  await using client = createServerClient({
    ...connection,
    serviceId: agent.serviceId,
    apiKey: agent.apiKey,
    // The budget of a running agent is that of its process; this is one request more.
    budget: createBudget({ perMinute: Infinity }),
  });
  try {
    await client.listFiles(NO_TASK, AbortSignal.timeout(TIMEOUT_MS));
    return known(url, agent.serviceId);
  } catch (error) {
    return refusal(error, url, agent.serviceId);
  }
}

function known(url: string, serviceId: string): Finding[] {
  return [ok(doctorText.serverThere({ url })), ok(doctorText.registered({ serviceId }))];
}

/** The Server's own "no such task" is the good answer. */
function refusal(error: unknown, url: string, serviceId: string): Finding[] {
  const there = ok(doctorText.serverThere({ url }));
  const why: Text = textOf(error);
  if (!(error instanceof ServerError)) return [problem(doctorText.serverAway({ url, why }))];
  // The code is that of the Server's own JSON: a web page's 404 has none.
  if (error.status === 404 && error.code !== undefined) {
    return known(url, serviceId);
  }
  if (error.kind === "rate_limited") return [there, warning(why)];
  if (error.kind === "credentials") {
    return [there, problem(doctorText.keyRefused({ serviceId, why }), doctorText.mendKey)];
  }
  return [problem(doctorText.notAServer({ url, why }), doctorText.mendUrl)];
}

function clock(offsetMs: number | undefined): Finding[] {
  if (offsetMs === undefined) return [];
  const seconds = Math.round(Math.abs(offsetMs) / 1000);
  return Math.abs(offsetMs) <= CLOCK_LIMIT_MS
    ? [ok(doctorText.clockGood({ seconds }))]
    : [warning(doctorText.clockOff({ seconds }), doctorText.mendClock)];
}

function mendAway({ app, config: { server } }: CheckContext, error: unknown): Text {
  if (error instanceof ServerError && error.code === "tls") {
    return doctorText.mendTls({ variables: CA_VARIABLES.join(", ") });
  }
  const proxies = Object.keys(app.proxies).length > 0;
  return proxies && !server.useSystemProxy ? doctorText.mendAwayProxy : doctorText.mendAway;
}
