import type { ProxySettings } from "../util/mod.ts";

/**
 * Which proxy to use for a URL: the one for its scheme, else the one for all, unless `no` matches the
 * host. Undefined: none. A value without a scheme is taken for `http://`.
 *
 * @example
 * ```ts
 * proxyFor("https://s.lab.example", { https: "proxy:3128", no: ".local" }); // "http://proxy:3128"
 * ```
 */
export function proxyFor(target: string, proxies: ProxySettings): string | undefined {
  const url = new URL(target);
  const proxy = (url.protocol === "https:" ? proxies.https : proxies.http) || proxies.all;
  if (!proxy || isExempt(url, proxies.no ?? "")) return undefined;
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(proxy) ? proxy : `http://${proxy}`;
  return URL.canParse(withScheme) ? withScheme : undefined;
}

/** NO_PROXY: `*`, host names (also for everything below them), addresses, IPv4 networks, each with an optional port. */
function isExempt(url: URL, noProxy: string): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "").toLowerCase();
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  return noProxy.split(/[\s,]+/).filter(Boolean).some((entry) => {
    if (entry === "*") return true;
    const [, name, wantedPort] = /^\[?(.*?)\]?(?::(\d+))?$/.exec(
      entry.split(":").length > 2 && !entry.startsWith("[") ? `[${entry}]` : entry,
    )!;
    if (wantedPort !== undefined && wantedPort !== port) return false;
    if (name.includes("/")) return isInNetwork(host, name);
    const domain = name.toLowerCase().replace(/^\*?\./, "").replace(/\.$/, "");
    return host === domain || host.endsWith(`.${domain}`);
  });
}

function isInNetwork(host: string, network: string): boolean {
  const [base, bits] = network.split("/");
  const [address, start] = [toNumber(host), toNumber(base)];
  if (address === undefined || start === undefined || !/^\d{1,2}$/.test(bits)) return false;
  const size = 2 ** (32 - Math.min(32, Number(bits)));
  return Math.floor(address / size) === Math.floor(start / size);
}

function toNumber(address: string): number | undefined {
  const parts = address.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part))) return undefined;
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0);
}
