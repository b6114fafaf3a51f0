import { type Clock, SYSTEM_CLOCK } from "../../util/mod.ts";
import {
  MemoryContainer,
  type MemoryContainerOptions,
  type MemoryProgram,
} from "./memory_container.ts";

/** The containers of an engine in memory: it outlives the executors that use it, as an engine does an agent. */
export class MemoryEngine {
  readonly clock: Clock;
  /** By name what an image runs; `undefined` for one whose command is missing. */
  readonly images: Map<string, MemoryProgram | undefined>;
  readonly #containers = new Map<string, MemoryContainer>();
  #made = 0;

  constructor(
    { images, clock = SYSTEM_CLOCK }: {
      readonly images: Readonly<Record<string, MemoryProgram | undefined>>;
      readonly clock?: Clock;
    },
  ) {
    this.images = new Map(Object.entries(images));
    this.clock = clock;
  }

  /** Makes a container that can be started. */
  create(options: Omit<MemoryContainerOptions, "id" | "clock">): MemoryContainer {
    const id = `memory-${++this.#made}`;
    const container = new MemoryContainer({ ...options, id, clock: this.clock });
    this.#containers.set(id, container);
    return container;
  }

  /** Undefined when there is none (any more). */
  container(id: string): MemoryContainer | undefined {
    return this.#containers.get(id);
  }

  /** All that there are, the oldest first. */
  get containers(): readonly MemoryContainer[] {
    return [...this.#containers.values()];
  }

  /** Removes a container, under way or not. One that is gone is fine. */
  remove(id: string): void {
    this.#containers.get(id)?.remove();
    this.#containers.delete(id);
  }

  /** Goes down and comes up again: what was under way is lost. */
  restart(): void {
    for (const container of this.containers) container.kill({ isLost: true });
  }
}
