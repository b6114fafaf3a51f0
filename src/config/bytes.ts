const UNITS = "bkmgt";

/**
 * Bytes of a size as people write it: `"512m"`, `"4g"`, `"4GiB"`, `"1.5 gb"`, `"1024"`. Units are
 * powers of 1024 as Docker's are, `m`, `mb` and `mib` alike. Undefined where it is no size, or one
 * beyond 2^53.
 */
export function parseBytes(size: string): number | undefined {
  const match = /^(\d{1,20}(?:\.\d{1,20})?) ?(?:(b)|([kmgt])(?:i?b)?)?$/i.exec(size.trim());
  if (!match) return undefined;
  const unit = (match[2] ?? match[3] ?? "b").toLowerCase();
  const bytes = Math.floor(Number(match[1]) * 1024 ** UNITS.indexOf(unit));
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}
