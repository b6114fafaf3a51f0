import { doctorText, type Finding, ok, warning } from "../../i18n/mod.ts";
import { proxyFor } from "../../server/mod.ts";
import type { CheckContext } from "./check.ts";

/** Do the proxy variables do what their owner expects? (Engine traffic never uses them.) */
export function checkProxies(context: CheckContext): Promise<Finding[]> {
  return Promise.resolve([proxyFinding(context)]);
}

function proxyFinding({ app, config: { server } }: CheckContext): Finding {
  const { baseUrl: url, useSystemProxy } = server;
  const names = Object.entries(app.proxies)
    .filter(([name]) => name !== "no").map(([name]) => `${name.toUpperCase()}_PROXY`).join(", ");
  if (names === "") {
    return useSystemProxy
      ? warning(doctorText.proxyMissing, doctorText.mendProxyMissing)
      : ok(doctorText.noProxy);
  }
  if (!useSystemProxy) return ok(doctorText.proxyUnused({ names }));
  const proxy = proxyFor(url, app.proxies);
  return proxy === undefined
    ? ok(doctorText.proxyExempt({ url }))
    : ok(doctorText.proxyUsed({ url, proxy: withoutPassword(proxy) }));
}

function withoutPassword(proxy: string): string {
  const url = URL.parse(proxy);
  return url ? `${url.protocol}//${url.host}` : "***";
}
