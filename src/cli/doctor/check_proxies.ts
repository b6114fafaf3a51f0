import { doctorText, type Finding, ok, warning } from "../../i18n/mod.ts";
import { proxyFor } from "../../server/mod.ts";
import type { CheckContext } from "./check.ts";

/** Do the proxy variables do what their owner expects? (Engine traffic never uses them.) */
export function checkProxies({ app, config: { server } }: CheckContext): Promise<Finding[]> {
  const { baseUrl: url, useSystemProxy } = server;
  const names = Object.entries(app.proxies)
    .filter(([name]) => name !== "no").map(([name]) => `${name.toUpperCase()}_PROXY`).join(", ");
  if (names === "") {
    const finding = useSystemProxy
      ? warning(doctorText.proxyMissing, doctorText.mendProxyMissing)
      : ok(doctorText.noProxy);
    return Promise.resolve([finding]);
  }
  if (!useSystemProxy) return Promise.resolve([ok(doctorText.proxyUnused({ names }))]);
  const proxy = proxyFor(url, app.proxies);
  const finding = proxy === undefined
    ? ok(doctorText.proxyExempt({ url }))
    : ok(doctorText.proxyUsed({ url, proxy: withoutPassword(proxy) }));
  return Promise.resolve([finding]);
}

function withoutPassword(proxy: string): string {
  const url = URL.parse(proxy);
  return url ? `${url.protocol}//${url.host}` : "***";
}
