/** PEM texts for a TLS connection to an engine. */
export interface TlsMaterial {
  /** Certificates of the authority that signed the engine's; the system's own are trusted as well. */
  readonly ca?: string;
  /** The client's certificate and its key: both or neither. */
  readonly cert?: string;
  readonly key?: string;
}

/** Where an engine listens. */
export type Endpoint =
  | { readonly kind: "unix"; readonly path: string }
  | {
    readonly kind: "tcp";
    /** `http://host:port`, or `https://host:port` when `tls` is set. */
    readonly url: string;
    readonly tls?: TlsMaterial;
  }
  | {
    readonly kind: "npipe";
    /** With forward slashes: `//./pipe/docker_engine`. */
    readonly path: string;
  };

/** An endpoint the way that DOCKER_HOST would name it. Never holds key material. */
export function describeEndpoint(endpoint: Endpoint): string {
  if (endpoint.kind !== "tcp") return `${endpoint.kind}://${endpoint.path}`;
  return endpoint.url.replace(/^https?:/, "tcp:") + (endpoint.tls ? " (TLS)" : "");
}
