const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

/** An amount of bytes for people: `12 B`, `3.4 MiB`. */
export function shownBytes(amount: number): string {
  const power = amount < 1024 ? 0 : Math.min(4, Math.floor(Math.log2(amount) / 10));
  const value = amount / 1024 ** power;
  return `${value.toFixed(power === 0 || value >= 100 ? 0 : 1)} ${UNITS[power]}`;
}
