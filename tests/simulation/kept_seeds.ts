/**
 * Seeds that have found something in the program, and what that was. A seed plays another story once the
 * program has changed: what each fault looks like stays in planted.ts, and in the small test that it has.
 */
export const KEPT_SEEDS: readonly { readonly seed: number; readonly found: string }[] = [
  {
    seed: 61,
    found: "a run that had ended while the agent was away was stopped for its time limit",
  },
  { seed: 17, found: "a clock that was set over a restart took a run's time from it" },
  { seed: 92, found: "a power cut between a run's end and its collection left half a result" },
  { seed: 199, found: "a clock set forward made a task end here that the Server had as running" },
  {
    seed: 2326,
    found: "a result was given up when the answer was lost that its task is held again",
  },
  {
    seed: 300_054,
    found:
      "a task was given up that a Server does not take back from an agent silent before and after",
  },
  { seed: 200_354, found: "a full disk made a silence look long, and a task was given up" },
  {
    seed: 6_000_554,
    found: "a result was given up for the answer to the second copy of a question",
  },
  {
    seed: 7_000_149,
    found:
      "an agent that was killed while the Server was down did not tell it again what it had delivered",
  },
  {
    seed: 9_000_342,
    found:
      "an agent that could not read its id for a moment made another, and did not know its containers",
  },
  {
    seed: 9_000_491,
    found:
      "a report named the time limit of the present configuration, not the one that the run had",
  },
  {
    seed: 10_000_753,
    found: "an agent that died before it had told a Server again what it had lost left that undone",
  },
  {
    seed: 11_000_643,
    found: "a task that a poll had had asked for was taken for ended by the next start",
  },
  { seed: 11_000_501, found: "a disk error was hidden by another, and a task was blamed for it" },
  {
    seed: 13_000_545,
    found: "a clock that was set took a run's time from it that nobody had seen begin",
  },
  { seed: 200_411, found: "a power cut took the folder of what was packed" },
  {
    seed: 176_090_906,
    found: "a full disk made tasks count as ended that no heartbeat had been answered after",
  },
  {
    seed: 176_090_922,
    found: "what a process had removed in part before it was killed was shown as kept",
  },
  {
    seed: 193_412_957,
    found: "what a disk error had let be removed in part was shown as kept",
  },
  {
    seed: 20_000_318,
    found:
      "a clock that was set back hid that the Server had been away, and it was told nothing again",
  },
  {
    seed: 220_585_981,
    found:
      "a boot id that could not be read for a moment hid a power cut, and half a file was sent",
  },
];
