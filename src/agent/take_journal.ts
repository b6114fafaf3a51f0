import { ensureReserve, giveUpReserve, hasReserve, journalPath } from "../data_folder/mod.ts";
import { type Journal, openJournal } from "../journal/mod.ts";
import { noteFullDisk } from "../scheduler/mod.ts";
import { CLOCK } from "./agent_options.ts";

/**
 * Opens the journal of a data folder whose lock is held, and makes the reserve that its last words need on a
 * full disk.
 *
 * @param onFull called when the reserve was given up
 * @throws {Failure} as openJournal; whatever but a full disk keeps the reserve from being made
 */
export function takeJournal(dataDir: string, onFull: () => void): Journal {
  const journal = openJournal(journalPath(dataDir), {
    clock: CLOCK,
    onFull: () => {
      giveUpReserve(dataDir);
      onFull();
    },
  });
  try {
    // Written first: once the reserve is there again, nobody would know.
    if (!hasReserve(dataDir)) noteFullDisk(journal, CLOCK.wall());
    ensureReserve(dataDir);
    return journal;
  } catch (error) {
    journal.close();
    throw error;
  }
}
