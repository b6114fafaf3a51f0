import { Disk } from "./disk.ts";
import { theWorld } from "./globals.ts";
import { SimEngine } from "./sim_engine.ts";
import { Actor, type ActorHost } from "./world.ts";

/** One machine of the lab: its clocks, its disk, its engine. */
export class Host implements ActorHost {
  readonly name: string;
  /** The agent's data folder; absolute. */
  readonly dataDir: string;
  readonly disk = new Disk();
  readonly engine: SimEngine;
  slept = 0;
  clockAhead = 0;
  /** Counts its boots. */
  boot = 1;
  #bootedAt = 0;
  #asleepUntil = 0;

  constructor(name: string, dataDir: string) {
    this.name = name;
    this.dataDir = dataDir;
    this.engine = new SimEngine(new Actor(`${name}'s engine`, this));
  }

  /** Sleeps for so many milliseconds: whatever happens on it happens so much later. */
  sleep(ms: number): void {
    const world = theWorld();
    this.slept += ms;
    this.#asleepUntil = Math.max(this.#asleepUntil, world.now) + ms;
    this.disk.sleep(ms);
    world.postpone(this, ms);
  }

  /** Starts anew. */
  reboot(): void {
    this.boot++;
    this.#bootedAt = theWorld().now;
  }

  /** Milliseconds since it was started. */
  get uptime(): number {
    return theWorld().now - this.#bootedAt;
  }

  get isAsleep(): boolean {
    return theWorld().now < this.#asleepUntil;
  }
}
