/** The proxies that a process's environment names. */
export interface ProxySettings {
  readonly http?: string;
  readonly https?: string;
  readonly all?: string;
  readonly no?: string;
}

const NAMES = ["http", "https", "all", "no"] as const;
const VARIABLES = NAMES.flatMap((name) => [`${name}_proxy`, `${name.toUpperCase()}_PROXY`]);

/**
 * Removes the proxy variables from this process's environment, for good, and returns what they said
 * (the lower-case one wins, as in curl). Children started afterwards do not see them either.
 */
export function detachProxyEnvironment(): ProxySettings {
  const settings: Record<string, string> = {};
  for (const name of NAMES) {
    const value = Deno.env.get(`${name}_proxy`) ?? Deno.env.get(`${name.toUpperCase()}_PROXY`);
    if (value) settings[name] = value;
  }
  for (const variable of VARIABLES) Deno.env.delete(variable);
  return settings;
}

/** The variables that name these proxies. Their values may hold passwords. */
export function proxyVariables(proxies: ProxySettings): Record<string, string> {
  return Object.fromEntries(
    Object.entries(proxies).map(([name, value]) => [`${name.toUpperCase()}_PROXY`, value]),
  );
}

/**
 * An HTTP client that no proxy variable touches, whatever the environment says and whoever changes it
 * later. Deno reads the variables when it makes a client – NO_PROXY would even switch off an explicit
 * `transport: "unix"` – so they are out of the way for just that (synchronous) moment.
 *
 * ```ts
 * using client = createDirectHttpClient({ proxy: { transport: "unix", path: "/run/docker.sock" } });
 * await fetch("http://localhost/_ping", { client });
 * ```
 */
export function createDirectHttpClient(options: Deno.CreateHttpClientOptions): Deno.HttpClient {
  const set = VARIABLES.flatMap((variable) => {
    const value = Deno.env.get(variable);
    return value === undefined ? [] : [[variable, value] as const];
  });
  try {
    for (const [variable] of set) Deno.env.delete(variable);
    return Deno.createHttpClient(options);
  } finally {
    for (const [variable, value] of set) Deno.env.set(variable, value);
  }
}
