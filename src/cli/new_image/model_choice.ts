import { imageText } from "../../i18n/mod.ts";
import { UsageFailure } from "../app.ts";

/** What the example image knows of providers: its `providers.json`. */
export interface ProviderNames {
  /** Names that people use; those with an endpoint of their own have it here. */
  readonly short: Readonly<Record<string, { readonly provider?: { readonly baseUrl: string } }>>;
  readonly builtIn: readonly string[];
}

/** A model as `agent.json` names it. */
export interface ModelChoice {
  /** "" when none is chosen yet. */
  readonly model: string;
  readonly providers: Readonly<Record<string, { readonly baseUrl: string; readonly api: string }>>;
  /** It is asked on this machine: the container has to reach that. */
  readonly isLocal: boolean;
  /** Whether it wants a key; "unknown" for an address that the person gave. */
  readonly key: "needed" | "unknown" | "none";
}

/** What a container calls the machine that it is on. */
const HOST = "host.docker.internal";
/** Inside a container these mean the container itself. */
const SELF = /^(localhost|127\.[\d.]+|0\.0\.0\.0|\[::1?\])$/;

/**
 * The model that `--model` and `--url` name.
 *
 * @throws {UsageFailure} when a model names no provider, or one that nobody knows; when an address is none, or
 * one that means the container itself.
 */
export function chooseModel(
  { model = "", url }: { readonly model?: string; readonly url?: string },
  known: ProviderNames,
): ModelChoice {
  if (model === "") {
    if (url !== undefined) throw new UsageFailure(imageText.newImageUrlAlone);
    return { model, providers: {}, isLocal: false, key: "needed" };
  }
  if (!/^[^/\s]+\/\S/.test(model)) throw new UsageFailure(imageText.newImageBadModel({ model }));
  const [provider] = model.split("/");
  if (url !== undefined) {
    const baseUrl = checkedUrl(url);
    const providers = { [provider]: { baseUrl, api: "openai-completions" } };
    return { model, providers, isLocal: new URL(baseUrl).hostname === HOST, key: "unknown" };
  }
  const short = Object.hasOwn(known.short, provider) ? known.short[provider] : undefined;
  if (short === undefined && !known.builtIn.includes(provider)) {
    const names = Object.keys(known.short);
    const more = known.builtIn.filter((name) => !names.includes(name)).join(", ");
    const text = imageText.newImageUnknown({ provider, names: names.join(", "), more });
    throw new UsageFailure(text);
  }
  const isLocal = short?.provider?.baseUrl.includes(HOST) ?? false;
  return { model, providers: {}, isLocal, key: isLocal ? "none" : "needed" };
}

function checkedUrl(url: string): string {
  const parsed = /^https?:\/\//i.test(url) ? URL.parse(url) : null;
  if (!parsed) throw new UsageFailure(imageText.newImageBadUrl({ url, better: betterUrl(url) }));
  if (SELF.test(parsed.hostname)) {
    parsed.hostname = HOST;
    throw new UsageFailure(imageText.newImageOwnHost({ url, better: String(parsed) }));
  }
  return url;
}

/** `10.0.0.3:8000` → `http://10.0.0.3:8000/v1` */
function betterUrl(url: string): string {
  const parsed = /^[\w.[\]:-]+(\/\S*)?$/.test(url) ? URL.parse(`http://${url}`) : null;
  if (!parsed) return "http://10.0.0.3:8000/v1";
  if (parsed.pathname === "/") parsed.pathname = "/v1";
  return String(parsed);
}
