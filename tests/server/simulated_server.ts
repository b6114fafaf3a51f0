export const MINUTE = 60_000;

/** The Server's side: counts at arrival in a window of exactly a minute; refused ones do not count. */
export function simulatedServer(limit = 150) {
  let counted: number[] = [];
  let refusals = 0;
  return {
    arrive(now: number): boolean {
      counted = counted.filter((time) => now - time < MINUTE);
      if (counted.length >= limit) {
        refusals++;
        return false;
      }
      counted.push(now);
      return true;
    },
    get refusals() {
      return refusals;
    },
  };
}
