const MIB = 1024 * 1024;

/** The real Server's limits. */
const DEFAULTS = {
  /** Requests a minute and agent key; `Infinity` for no limit. @default {150} */
  ratePerMinute: 150,
  /** Length of the window that requests are counted in. @default {60000} */
  rateWindowMs: 60_000,
  /** An agent without a heartbeat for so long is marked offline. @default {60000} */
  offlineAfterMs: 60_000,
  /** How often silent agents are looked for. @default {10000} */
  sweepEveryMs: 10_000,
  /** A request that is not answered by then is cut with 408. @default {30000} */
  requestTimeoutMs: 30_000,
  /** The largest file that an upload may hold. @default {50 MiB} */
  maxUploadBytes: 50 * MIB,
  /** The largest JSON body. @default {10 MiB} */
  maxBodyBytes: 10 * MIB,
  /** Behaves like a Server before 0.11: accept 409, poll 204, no session, register 409. @default {false} */
  older: false,
};

/** What can be changed while the Server runs. Every time is in milliseconds, every size in bytes. */
export type Settings = typeof DEFAULTS;

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
