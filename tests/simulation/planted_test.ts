import { type Fault, PLANTED } from "./planted.ts";
import { copyProgram, type Played, type ProgramCopy } from "./program_copy.ts";

/** So many faults are looked for at a time. */
const AT_A_TIME = 2;

type Found = Required<Played>;

const over = new AbortController();
const searches = PLANTED.map(() => Promise.withResolvers<Found>());
for (const { promise } of searches) promise.catch(() => {});
let searching: Promise<void> | undefined;

for (const [at, { name, within }] of PLANTED.entries()) {
  Deno.test({
    name: `simulation: finds that ${name}`,
    // Faults of later tests are looked for already.
    sanitizeOps: false,
    sanitizeResources: false,
    async fn() {
      searching ??= searchFrom(at);
      const { seed, violation } = await searches[at].promise;
      console.log(`found after ${seed} of ${within} seeds: ${violation.split("\n")[0]}`);
    },
  });
}

Deno.test.afterAll(async () => {
  over.abort();
  await searching;
});

/** Looks for all faults from this one on; only some of the tests may be wanted. */
async function searchFrom(first: number): Promise<void> {
  let next = first;
  const work = async () => {
    await using copy = await copyProgram();
    for (let at; !over.signal.aborted && (at = next++) < PLANTED.length;) {
      await search(copy, PLANTED[at]).then(searches[at].resolve, searches[at].reject);
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_A_TIME }, work));
  } catch (error) {
    for (const { reject } of searches) reject(error);
  }
}

async function search(copy: ProgramCopy, fault: Fault): Promise<Found> {
  const { seed, violation } = await playWith(copy, fault);
  if (violation === undefined) throw new Error(`not found within ${seed} seeds`);
  const without = await copy.play({ from: seed, most: 1 }, over.signal);
  if (without.violation === undefined) return { seed, violation };
  throw new Error(`seed ${seed} fails without the fault, too: ${without.violation}`);
}

async function playWith(
  copy: ProgramCopy,
  { also = [], within, ...change }: Fault,
): Promise<Played> {
  await using _fault = await copy.plant([change, ...also]);
  return await copy.play({ from: 1, most: within }, over.signal);
}
