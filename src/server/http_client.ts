import { serverText, textOf } from "../i18n/mod.ts";
import { type Logger, SILENT } from "../log/mod.ts";
import type { ProxySettings } from "../util/mod.ts";
import { proxyFor } from "./proxy.ts";

/** How the Server is reached. */
export interface ConnectionOptions {
  readonly baseUrl: string;
  /** Go by `proxies`. @default {false} */
  readonly useSystemProxy?: boolean;
  /** What `detachProxyEnvironment()` found when the program started. @default {none} */
  readonly proxies?: ProxySettings;
  /** Where {@linkcode CA_VARIABLES} are looked up. @default {the process's environment} */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly log?: Logger;
}

/** Variables that name a PEM file with further CAs to trust. */
export const CA_VARIABLES = ["SSL_CERT_FILE", "DENO_CERT", "NODE_EXTRA_CA_CERTS"] as const;

/** Where Linux distributions keep the CAs that the machine's owner trusts. */
const SYSTEM_BUNDLES = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem",
];

/** No bundle of certificates is larger. Bytes. */
const MAX_BUNDLE = 8 * 1024 * 1024;

/**
 * Settings of the HTTP client for one Server: the proxy only if asked for, the CAs of the machine and
 * those named by {@linkcode CA_VARIABLES} besides Deno's own. Verification cannot be switched off.
 */
export function connectionSettings(
  { baseUrl, useSystemProxy = false, proxies = {}, env, log = SILENT }: ConnectionOptions,
): Deno.CreateHttpClientOptions {
  const proxy = useSystemProxy ? proxyFor(baseUrl, proxies) : undefined;
  const secure = baseUrl.startsWith("https:") || proxy?.startsWith("https:");
  return {
    poolIdleTimeout: 60_000,
    proxy: proxy === undefined ? undefined : toDenoProxy(proxy),
    caCerts: secure ? extraCas(env, log) : [],
  };
}

function extraCas(env: ConnectionOptions["env"], log: Logger): string[] {
  const bundles = new Map<string, string>();
  for (const path of Deno.build.os === "linux" ? SYSTEM_BUNDLES : []) {
    try {
      bundles.set(path, readPem(path));
      break;
    } catch {
      // Each distribution has one of them.
    }
  }
  for (const variable of CA_VARIABLES) {
    const path = env ? env[variable] : Deno.env.get(variable);
    if (!path || bundles.has(path)) continue;
    try {
      bundles.set(path, readPem(path));
    } catch (error) {
      log.warn(serverText.caUnreadable({ variable, path, why: textOf(error) }));
    }
  }
  return [...bundles.values()];
}

function readPem(path: string): string {
  const { isFile, size } = Deno.statSync(path);
  if (!isFile || size > MAX_BUNDLE) {
    throw new Error(`not a PEM file of at most ${MAX_BUNDLE} bytes`);
  }
  const pem = Deno.readTextFileSync(path);
  if (!pem.includes("-----BEGIN CERTIFICATE-----")) throw new Error("no PEM certificate in it");
  return pem;
}

function toDenoProxy(proxy: string): Deno.Proxy {
  const url = new URL(proxy);
  const { username, password } = url;
  url.username = url.password = "";
  const basicAuth = username
    ? { username: decodeURIComponent(username), password: decodeURIComponent(password) }
    : undefined;
  return { url: url.href, basicAuth };
}
