import type { DevServerOptions } from "./types.ts";

/** What can be changed while the Server runs, all set. */
export type Knobs = Required<
  Pick<
    DevServerOptions,
    | "ratePerMinute"
    | "clientRatePerMinute"
    | "rateWindowMs"
    | "offlineAfterMs"
    | "sweepEveryMs"
    | "requestTimeoutMs"
    | "maxUploadBytes"
    | "maxBodyBytes"
    | "retryLimit"
    | "older"
  >
>;

const MIB = 1024 * 1024;

/** The real Server's limits. */
const DEFAULTS: Knobs = {
  ratePerMinute: 150,
  clientRatePerMinute: 100,
  rateWindowMs: 60_000,
  offlineAfterMs: 60_000,
  sweepEveryMs: 10_000,
  requestTimeoutMs: 30_000,
  maxUploadBytes: 50 * MIB,
  maxBodyBytes: 10 * MIB,
  retryLimit: 3,
  older: false,
};

/** All knobs, as given or as the real Server has them. */
export function allKnobs(given: Partial<Knobs>): Knobs {
  const knobs = { ...DEFAULTS };
  turnKnobs(knobs, given);
  return knobs;
}

/** Changes the knobs that are given; everything else in `given` is left alone. */
export function turnKnobs(knobs: Knobs, given: Partial<Knobs>): void {
  const set = Object.entries(given).filter(([key, value]) =>
    key in DEFAULTS && value !== undefined
  );
  Object.assign(knobs, Object.fromEntries(set));
}
