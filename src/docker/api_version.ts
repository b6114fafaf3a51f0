/** Oldest API version that agent-core speaks: Docker 20.10, Podman 4 (measured on 20.10.24). */
export const OLDEST_API = "1.41";
/** Newest API version whose description agent-core was written by: Docker 28.3. */
export const NEWEST_API = "1.51";

/** Negative, 0 or positive, as `a` is older than, the same as or newer than `b`. */
export function compareApiVersions(a: string, b: string): number {
  const [aMajor, aMinor] = a.split(".").map(Number);
  const [bMajor, bMinor] = b.split(".").map(Number);
  return aMajor - bMajor || aMinor - bMinor;
}

/** Is it of the form `1.41`? */
export function isApiVersion(version: string): boolean {
  return /^\d{1,4}\.\d{1,4}$/.test(version);
}

/**
 * The version to speak with an engine, or undefined when the engine is too old. An engine that no
 * longer speaks our newest is asked in its own oldest: the API has only ever grown, so that is a better
 * guess than giving up.
 *
 * @param newest the newest that the engine speaks.
 * @param oldest the oldest that the engine speaks, if known.
 */
export function negotiateApiVersion(newest: string, oldest?: string): string | undefined {
  if (compareApiVersions(newest, OLDEST_API) < 0) return undefined;
  const ours = compareApiVersions(newest, NEWEST_API) < 0 ? newest : NEWEST_API;
  return oldest !== undefined && compareApiVersions(oldest, ours) > 0 ? oldest : ours;
}
