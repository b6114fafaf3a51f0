/** What is left of one thing that a disk runs out of (bytes, inodes), and who has taken how much. */
export interface DiskLook<Run> {
  readonly free: number;
  readonly uses: ReadonlyMap<Run, number>;
}

/** What is to be done after a look: nothing, wait for room that is under way, stop a run, stop nobody. */
export type DiskVerdict<Run> = "room" | "expected" | { readonly stop: Run } | "unexplained";

/** From when on a disk is low, and when somebody has to make room. */
export interface DiskMarks {
  readonly low: number;
  readonly critical: number;
}

/** So much of a loss a run must have taken to be blamed for it. */
const MEANINGFUL = 1 / 4;

/**
 * Finds out from one look to the next which run uses a disk up. What counts is what a run has taken since
 * the disk was last well: what lay there before, whoever's, has not made it critical. Where no run explains
 * a meaningful part of what is missing, nobody is stopped: it is another program's, or cannot be seen.
 */
export class DiskAccount<Run> {
  readonly #marks: DiskMarks;
  /** What later looks are compared with. */
  #base: DiskLook<Run> | undefined;
  /** With less than this somebody has to make room. */
  #next: number;

  constructor(marks: DiskMarks) {
    this.#marks = marks;
    this.#next = marks.critical;
  }

  judge(look: DiskLook<Run>): DiskVerdict<Run> {
    const { low, critical } = this.#marks;
    this.#base ??= look;
    if (look.free >= critical) {
      if (look.free >= low) this.#base = look;
      this.#next = critical;
      return "room";
    }
    if (look.free >= this.#next) return "expected";
    const culprit = this.#culprit(look, this.#base);
    if (culprit === undefined) return "unexplained";
    // Its room comes with its end and the cleaning after it: the next one only goes if half of what is
    // left goes, too, and for what it takes from now on.
    this.#base = look;
    this.#next = look.free / 2;
    return { stop: culprit };
  }

  #culprit(look: DiskLook<Run>, base: DiskLook<Run>): Run | undefined {
    const loss = base.free - look.free;
    let most = 0;
    let culprit: Run | undefined;
    for (const [run, use] of look.uses) {
      const growth = use - (base.uses.get(run) ?? 0);
      if (growth > most) [most, culprit] = [growth, run];
    }
    const meaningful = MEANINGFUL * Math.max(loss, MEANINGFUL * this.#marks.critical);
    return loss > 0 && most >= meaningful ? culprit : undefined;
  }
}
