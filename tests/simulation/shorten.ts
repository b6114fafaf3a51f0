import type { EpisodeOptions, EpisodeResult } from "./episode.ts";

/**
 * The smallest beginning of an episode's faults that still fails, and how it fails then. What comes after the
 * first fault is another story with each of them, so a shorter beginning than this one may fail as well.
 */
export async function shortened(
  failed: EpisodeResult,
  play: (options: EpisodeOptions) => Promise<EpisodeResult>,
  options: EpisodeOptions,
): Promise<EpisodeResult> {
  let shortest = failed;
  for (let least = 0, most = failed.faults.length; least < most;) {
    const faults = Math.floor((least + most) / 2);
    const result = await play({ ...options, faults });
    if (result.violation === undefined) least = faults + 1;
    else {
      shortest = result;
      most = Math.min(faults, result.faults.length);
    }
  }
  return shortest;
}
