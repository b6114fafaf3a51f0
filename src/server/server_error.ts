import { Failure, type Text } from "../i18n/mod.ts";

/**
 * What a failed call means for the caller:
 * - `refused`: final by the protocol; another try would get the same answer.
 * - `credentials`: the Server itself said 401 or 403. Kept and tried again, like an outage.
 * - `rate_limited`: 429; the request was not counted.
 * - `timeout408`: the Server cut the request.
 * - `outage`: everything else, a web page or a redirect in the Server's place included.
 */
export type ServerErrorKind = "refused" | "credentials" | "rate_limited" | "timeout408" | "outage";

/** What is known about a failed call besides its words. */
export interface ServerErrorFacts {
  readonly kind: ServerErrorKind;
  /** The HTTP status, if there was an answer. */
  readonly status?: number;
  /**
   * `error` of the Server's JSON error, or one of the client's own codes: `not_the_server`, `redirect`,
   * `wrong_size`, `too_large`, `timeout`, `cut`, `unreachable`, `tls`.
   */
  readonly code?: string;
  /** Could the Server have acted on the request? */
  readonly sent: "no" | "maybe";
}

/** A call of the Server that did not succeed. */
export class ServerError extends Failure {
  override readonly name = "ServerError";
  readonly kind: ServerErrorKind;
  readonly status?: number;
  readonly code?: string;
  readonly sent: "no" | "maybe";

  constructor(text: Text, facts: ServerErrorFacts, options?: ErrorOptions) {
    super(text, options);
    this.kind = facts.kind;
    this.status = facts.status;
    this.code = facts.code;
    this.sent = facts.sent;
  }
}

/** The file to be uploaded could not be read, or has another size than announced: nobody's outage. */
export class LocalFileError extends Failure {
  override readonly name = "LocalFileError";
}
