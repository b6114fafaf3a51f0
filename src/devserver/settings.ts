import type { DevServerOptions } from "./types.ts";

/** What can be changed while the Server runs, all set. */
export type Settings = Required<
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
const DEFAULTS: Settings = {
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

/** All settings, as given or as the real Server has them. */
export function allSettings(given: Partial<Settings>): Settings {
  const settings = { ...DEFAULTS };
  changeSettings(settings, given);
  return settings;
}

/** Changes the settings that are given; everything else in `given` is left alone. */
export function changeSettings(settings: Settings, given: Partial<Settings>): void {
  const set = Object.entries(given).filter(([key, value]) =>
    key in DEFAULTS && value !== undefined
  );
  Object.assign(settings, Object.fromEntries(set));
}
