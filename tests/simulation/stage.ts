import { join } from "node:path";

import type { Gpus } from "./agent_config.ts";
import type { FaultDraw } from "./call_faults.ts";
import { Host } from "./host.ts";
import { Lab } from "./lab.ts";
import { connect } from "./network.ts";
import type { Chance } from "./random.ts";
import { REAL } from "./real_files.ts";
import { SimServer } from "./sim_server.ts";
import { Violation, Watch } from "./watch.ts";
import type { World } from "./world.ts";

/** What a stage is made of. */
export interface StageParts {
  readonly world: World;
  /** Gone when the stage is closed. */
  readonly folder: string;
  readonly draw: FaultDraw;
  readonly story: Chance;
  /** What every machine has. @default {none} */
  readonly gpus?: Gpus;
}

/** A Server, the labs that work for it, and who watches them. */
export class Stage {
  readonly watch: Watch;
  readonly server: SimServer;
  readonly #labs: Lab[] = [];
  readonly #parts: StageParts;

  constructor(parts: StageParts) {
    const { draw, folder, gpus } = parts;
    this.#parts = parts;
    this.watch = new Watch(draw, gpus);
    this.server = new SimServer(madeFolder(folder, "server"), this.watch);
    this.server.state.onTask((task) => this.watch.onTask(task));
    connect({ server: this.server, faults: draw, watcher: this.watch });
  }

  get labs(): readonly Lab[] {
    return this.#labs;
  }

  /** Sets one more lab up, whose agent nobody has started. */
  addLab(name: string): Lab {
    const { draw, folder, gpus, story } = this.#parts;
    const host = new Host(name, madeFolder(folder, name.replace(" ", "-")));
    host.engine.onStart = (run) => this.watch.onStart(host, run);
    this.watch.hosts.push(host);
    const { server, watch } = this;
    const lab = new Lab({ host, server, faults: draw, watch, chance: story, gpus });
    this.#labs.push(lab);
    return lab;
  }

  /** The next thing that happens. @throws {Violation} where it must never have happened */
  async step(): Promise<void> {
    if (!await this.#parts.world.step()) throw new Violation("nothing happens any more");
    const agents = this.#labs.flatMap(({ life }) => life?.scheduler ? [life.actor] : []);
    this.watch.look(agents, this.server.isUp);
    if (this.watch.violation) throw this.watch.violation;
  }

  /** Ends everything, also in the middle. */
  close(): void {
    for (const { life } of this.#labs) life?.kill();
    this.server.goDown();
    REAL.rmSync(this.#parts.folder, { recursive: true, force: true });
  }
}

function madeFolder(...parts: readonly string[]): string {
  const path = join(...parts);
  REAL.mkdirSync(path, { recursive: true, mode: 0o700 });
  return path;
}
