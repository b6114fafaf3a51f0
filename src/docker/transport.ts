/** One HTTP request to an engine. */
export interface TransportRequest {
  readonly method: string;
  /** Path and query, starting with `/`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | ReadableStream<Uint8Array>;
  /** Ends the request, and its answer's body, at any time. */
  readonly signal: AbortSignal;
}

/** HTTP to one endpoint. Resolves when the answer's headers are there; its body is streamed. */
export interface Transport extends Disposable {
  send(request: TransportRequest): Promise<Response>;
}
