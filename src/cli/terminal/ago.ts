import { statusText, type Text } from "../../i18n/mod.ts";

const UNITS = [
  [86_400_000, statusText.days],
  [3_600_000, statusText.hours],
  [60_000, statusText.minutes],
] as const;

/** A length of time for people: `3 min`, `2 h`. A clock that was set back gives no negative one. */
export function ago(ms: number): Text {
  for (const [unit, words] of UNITS) {
    if (ms >= unit) return words({ count: Math.floor(ms / unit) });
  }
  return statusText.seconds({ count: Math.max(0, Math.round(ms / 1000)) });
}
