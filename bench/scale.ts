import { inHouse } from "../tests/scheduler/house.ts";
import { figure, seconds } from "./figures.ts";
import { levellingOff, shrinking } from "./journal_size.ts";
import { withYears } from "./with_years.ts";

const never = new AbortController().signal;

/** What grows with the tasks of months and years: the journal, start and listings, the janitor's round. */
export async function scale(): Promise<void> {
  await shrinking(20_000);
  await levellingOff({ daily: 500, historyDays: 10, days: 50 });
  await withYears(1_000_000);
  await janitorRound(5_000);
}

/** The janitor's round when so many tasks have their files still, and when a tenth of them has. */
async function janitorRound(tasks: number): Promise<void> {
  const time = async (count: number) => {
    let taken = 0;
    await inHouse(1e12, async ({ janitor, deliver, write }) => {
      for (let n = 0; n < count; n++) {
        deliver(`t${n}`);
        await write(`workspaces/t${n}/output/a`, 100);
        await write(`logs/t${n}.log`, 100);
      }
      taken = await seconds(() => janitor.tidy(new Map(), never));
    });
    return taken;
  };
  const [few, many] = [await time(tasks / 10), await time(tasks)];
  console.log(`      a round with ${tasks} kept tasks: ${many.toFixed(2)} s`);
  const ratio = many / few;
  figure("of a round with a tenth of them", ratio.toFixed(1), "< 20", ratio < 20);
}
