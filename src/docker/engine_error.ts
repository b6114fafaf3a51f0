import { Failure, type Text } from "../i18n/mod.ts";

/** What is known about a failed call besides its words. */
export interface EngineErrorOptions extends ErrorOptions {
  /** The HTTP status that the engine answered with, if it answered. */
  readonly status?: number;
  /** The engine's own words, untranslated. */
  readonly detail?: string;
  /** @default {false} */
  readonly unreachable?: boolean;
  /** @default {false} */
  readonly timedOut?: boolean;
}

/**
 * A call to the engine that did not do what it should. With `unreachable` no answer came, or it was
 * cut, or took too long: whether the engine acted is then unknown, so look before repeating. With
 * `timedOut` it was this one call that took too long; whether the engine is there only a ping tells.
 */
export class EngineError extends Failure {
  override readonly name = "EngineError";
  readonly status?: number;
  readonly detail?: string;
  readonly unreachable: boolean;
  readonly timedOut: boolean;

  constructor(
    text: Text,
    { status, detail, unreachable = false, timedOut = false, ...options }: EngineErrorOptions = {},
  ) {
    super(text, options);
    this.status = status;
    this.detail = detail;
    this.unreachable = unreachable;
    this.timedOut = timedOut;
  }
}
