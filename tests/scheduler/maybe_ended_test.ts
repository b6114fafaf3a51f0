import assert from "node:assert/strict";

import { type Journal, openJournal, STATES } from "../../src/journal/mod.ts";
import { inFolder, OWNER } from "../journal/in_folder.ts";
import { noteBeat, noteFullDisk, noteGoodbye, noteTaking } from "../../src/scheduler/contact.ts";
import { findMaybeEnded, judgeSilence, noteAsked } from "../../src/scheduler/maybe_ended.ts";

const MINUTE_MS = 60_000;
const NOW = 1_800_000_000_000;

/** A test with a journal that has an attempt in each state. */
function filled(body: (journal: Journal) => void): () => Promise<void> {
  return () =>
    inFolder((path) => {
      using journal = openJournal(path);
      for (const state of STATES) {
        journal.add(OWNER, { taskId: state, attempt: 1, state, task: {}, folder: state });
      }
      body(journal);
    });
}

function found(journal: Journal, now = NOW): string[] {
  return [...findMaybeEnded(journal, journal.open(), now).ids].map((id) => journal.get(id).taskId);
}

/** What the Server's clock takes back with the first heartbeat after a start. */
function cleared(journal: Journal, serverAt: number | undefined, now = NOW): string[] {
  const maybe = findMaybeEnded(journal, journal.open(), now);
  return judgeSilence(journal, maybe, { serverAt, open: [...maybe.ids] })
    .map((id) => journal.get(id).taskId);
}

const STARTABLE = ["accepting", "accepted", "prepared", "created", "running"];

Deno.test(
  "maybe ended: what has no result yet, after over ten minutes without heartbeat and goodbye",
  filled((journal) => {
    assert.deepEqual(found(journal), [], "a journal that never heard of a heartbeat");
    noteBeat(journal, NOW - 10 * MINUTE_MS);
    assert.deepEqual(found(journal), []);
    noteBeat(journal, NOW - 10 * MINUTE_MS - 1);
    assert.deepEqual(found(journal), STARTABLE);
  }),
);

Deno.test(
  "maybe ended: nothing after a goodbye, until the next heartbeat",
  filled((journal) => {
    noteBeat(journal, NOW - 30 * MINUTE_MS);
    noteGoodbye(journal);
    assert.deepEqual(found(journal), []);
    noteBeat(journal, NOW - 20 * MINUTE_MS);
    assert.deepEqual(found(journal), STARTABLE);
  }),
);

Deno.test(
  "maybe ended: nothing when the clock was set back",
  filled((journal) => {
    noteBeat(journal, NOW + 60 * MINUTE_MS);
    assert.deepEqual(found(journal), []);
  }),
);

Deno.test(
  "maybe ended: a start that ends before it has asked leaves that to the next one",
  filled((journal) => {
    noteBeat(journal, NOW - 11 * MINUTE_MS);
    assert.deepEqual(found(journal), STARTABLE);
    assert.deepEqual(cleared(journal, undefined), []);
    noteBeat(journal, NOW);
    noteAsked(journal, journal.latest(OWNER, "prepared")!.id);
    assert.deepEqual(found(journal), STARTABLE.filter((state) => state !== "prepared"));
    journal.update(journal.latest(OWNER, "running")!.id, { state: "exited" });
    assert.deepEqual(found(journal), ["accepting", "accepted", "created"]);
  }),
);

Deno.test(
  "maybe ended: not when the Server's clock says that the silence was short",
  filled((journal) => {
    const there = NOW + 3_600 * MINUTE_MS;
    noteBeat(journal, NOW - 11 * MINUTE_MS, there);
    assert.deepEqual(found(journal), STARTABLE, "a start that ends before any heartbeat");
    assert.deepEqual(cleared(journal, there + MINUTE_MS), STARTABLE);
    noteBeat(journal, NOW, there + MINUTE_MS);
    assert.deepEqual(found(journal), []);
  }),
);

Deno.test(
  "maybe ended: what an earlier start has found out stays, however short the silence was since",
  filled((journal) => {
    noteBeat(journal, NOW - 11 * MINUTE_MS, NOW - 11 * MINUTE_MS);
    assert.deepEqual(cleared(journal, NOW), []);
    noteBeat(journal, NOW, NOW);
    assert.deepEqual(cleared(journal, NOW + MINUTE_MS, NOW + 11 * MINUTE_MS), []);
    assert.deepEqual(found(journal, NOW + MINUTE_MS), STARTABLE);
  }),
);

Deno.test(
  "maybe ended: nothing after a full disk, on which heartbeats may not have been written down",
  filled((journal) => {
    noteFullDisk(journal, NOW);
    assert.deepEqual(found(journal), [], "a journal that never heard of a heartbeat");
    noteBeat(journal, NOW - 60 * MINUTE_MS, NOW - 60 * MINUTE_MS);
    noteFullDisk(journal, NOW);
    assert.deepEqual(found(journal, NOW + MINUTE_MS), []);
  }),
);

Deno.test(
  "maybe ended: not what was given to this agent after its last heartbeat that was answered",
  filled((journal) => {
    noteBeat(journal, NOW - 11 * MINUTE_MS);
    noteTaking(journal, journal.latest(OWNER, "running")!.id);
    assert.deepEqual(found(journal), STARTABLE.filter((state) => state !== "running"));
    noteBeat(journal, NOW - 11 * MINUTE_MS);
    assert.deepEqual(found(journal), STARTABLE);
  }),
);

Deno.test(
  "maybe ended: not what was given to this agent before a full disk, which is no heartbeat",
  filled((journal) => {
    noteBeat(journal, NOW - 60 * MINUTE_MS);
    noteTaking(journal, journal.latest(OWNER, "running")!.id);
    noteFullDisk(journal, NOW - 11 * MINUTE_MS);
    assert.deepEqual(found(journal), STARTABLE.filter((state) => state !== "running"));
  }),
);

Deno.test(
  "maybe ended: not what was asked for before the first heartbeat was answered",
  filled((journal) => {
    const { id } = journal.latest(OWNER, "prepared")!;
    noteBeat(journal, NOW - 11 * MINUTE_MS);
    const maybe = findMaybeEnded(journal, journal.open(), NOW);
    noteAsked(journal, id);
    noteTaking(journal, id);
    judgeSilence(journal, maybe, { serverAt: undefined, open: [...maybe.ids] });
    noteBeat(journal, NOW);
    assert.deepEqual(found(journal), STARTABLE.filter((state) => state !== "prepared"));
  }),
);
