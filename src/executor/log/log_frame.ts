/** One piece of a run's output. An engine that is asked for the output again gives the same pieces in the same order. */
export interface LogFrame {
  readonly stream: "stdout" | "stderr";
  /** When it was printed, in RFC 3339 by the engine's clock; absent where the engine does not say. */
  readonly time?: string;
  readonly data: Uint8Array;
}

/** Takes a piece of a run's output. */
export type OnOutput = (stream: LogFrame["stream"], data: Uint8Array) => void;
