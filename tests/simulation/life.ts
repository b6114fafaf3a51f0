import type { Config } from "../../src/config/mod.ts";
import { connectServer, requestsOf } from "../../src/agent/connect_server.ts";
import { takeJournal } from "../../src/agent/take_journal.ts";
import {
  ensureReserve,
  journalPath,
  mendModes,
  prepareDataFolder,
} from "../../src/data_folder/mod.ts";
import { type Journal, ownerMark } from "../../src/journal/mod.ts";
import { createLogger } from "../../src/log/mod.ts";
import { Scheduler } from "../../src/scheduler/mod.ts";
import { createUploader } from "../../src/uploader/mod.ts";
import { bootId, SYSTEM_CLOCK } from "../../src/util/mod.ts";
import type { EngineFaults } from "./call_faults.ts";
import { REAL } from "./real_files.ts";
import { theWorld } from "./globals.ts";
import type { Host } from "./host.ts";
import { SimExecutor } from "./sim_executor.ts";
import { SERVER_URL, type SimServer } from "./sim_server.ts";
import { Actor } from "./world.ts";

/** What a process of the agent is started with. */
export interface LifeOptions {
  readonly host: Host;
  readonly server: SimServer;
  readonly config: Config;
  readonly faults: EngineFaults;
  /** It has gone by itself: `error` is why it could not go on. */
  readonly onGone: (error?: unknown) => void;
}

/** One process of the agent, from its start to its end, which may come at any time. */
export class Life {
  readonly actor: Actor;
  readonly config: Config;
  readonly #host: Host;
  #scheduler: Scheduler | undefined;
  #journal: Journal | undefined;

  constructor(options: LifeOptions) {
    this.#host = options.host;
    this.config = options.config;
    this.actor = new Actor(`${options.host.name}'s agent`, options.host);
    theWorld().after(this.actor, 0, "start", () => {
      this.#live(options).then(() => options.onGone(), options.onGone);
    });
  }

  get scheduler(): Scheduler | undefined {
    return this.#scheduler;
  }

  get journal(): Journal | undefined {
    return this.#journal;
  }

  /** Kills the process: what it has written down stays as it is, all else is gone. */
  kill(): void {
    const path = journalPath(this.#host.dataDir);
    const files = [path, `${path}-wal`].filter((file) => REAL.existsSync(file));
    const contents = files.map((file) => REAL.readFileSync(file));
    this.actor.die();
    if (!this.#journal) return;
    // To close it tidies it up, which a killed process does not.
    this.#journal.close();
    this.#journal = undefined;
    for (const [at, file] of files.entries()) REAL.writeFileSync(file, contents[at]);
    REAL.rmSync(`${path}-shm`, { force: true });
  }

  async #live({ config, faults, server: { service }, host }: LifeOptions): Promise<void> {
    const { dataDir } = config.paths;
    const { signal } = new AbortController();
    const agentId = await prepareDataFolder(config.paths);
    await mendModes(dataDir);
    const journal = this.#journal = takeJournal(dataDir, () => {});
    const requests = requestsOf(journal, { config });
    const who = { serviceId: service.id, apiKey: service.apiKey };
    const world = theWorld();
    // Where the data folder is differs from run to run.
    const write = (line: string) =>
      world.trace.note(world.now, this.actor.name, line.trimEnd().replaceAll(dataDir, "~"));
    const log = createLogger({ lang: "en", level: "debug", write });
    const server = connectServer(who, requests.budget, { config, log, proxies: {} });
    const owner = { baseUrl: SERVER_URL, serviceId: service.id };
    const mark = await ownerMark(owner);
    const executor = new SimExecutor({ config, engine: host.engine, agentId, owner: mark, faults });
    await executor.prepare({ signal }).catch(() => {});
    this.#scheduler = new Scheduler({
      config,
      owner,
      journal,
      server,
      executor,
      uploader: createUploader({ server, log, clock: SYSTEM_CLOCK }),
      log,
      clock: SYSTEM_CLOCK,
      bootId: await bootId(),
      lang: "en",
    });
    try {
      await this.#scheduler.run();
    } finally {
      requests.remember();
    }
    await server[Symbol.asyncDispose]();
    this.#journal = undefined;
    journal.close();
    ensureReserve(dataDir);
  }
}
