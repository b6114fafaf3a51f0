import type { AgentProcess } from "../agent_process.ts";
import { assertTrueResult, countRuns, type Work } from "../invariants.ts";
import type { World } from "../world.ts";

/** What is in order although it would not be without the fault. */
export interface Allowance {
  /** Containers that may have run for a task. @default {1} */
  readonly mayRun?: number;
  /** Of which works the engine may have lost the end of what was printed. @default {none} */
  readonly mayMissWords?: (work: Work) => boolean;
}

/** Counts what was done to the program, and what came of it. */
export class Ledger {
  readonly #faults = new Map<string, number>();
  readonly #problems: string[] = [];
  #checked = 0;
  #lost = 0;
  #twice = 0;
  #wedged = 0;
  #spinning = 0;
  readonly #measured = new Map<string, number[]>();

  /** Notes injected faults of one kind. */
  fault(kind: string, times = 1): void {
    this.#faults.set(kind, (this.#faults.get(kind) ?? 0) + times);
  }

  get faults(): number {
    return [...this.#faults.values()].reduce((sum, times) => sum + times, 0);
  }

  /** What went wrong, in words. */
  get problems(): readonly string[] {
    return this.#problems;
  }

  /**
   * Looks from outside at what became of tasks. What the agents
   * said of a task with which something is wrong becomes part of the problem.
   */
  async check(
    world: World,
    works: readonly Work[],
    { mayRun = 1, mayMissWords = () => false, agents }:
      & Allowance
      & { readonly agents: readonly AgentProcess[] },
  ): Promise<void> {
    const story = ({ task: { id } }: Work) =>
      agents.flatMap(({ log }) => log.filter((line) => line.task === id))
        .map(({ time, message }) => `\n  ${time} ${message}`).join("");
    for (const work of works) {
      this.#checked++;
      const runs = await countRuns(world, work);
      if (runs > mayRun) {
        this.#twice++;
        this.#problems.push(`${work.name} (${work.task.id}) ran ${runs} times:${story(work)}`);
      }
      try {
        await assertTrueResult(world, work, { mayMissWords: mayMissWords(work) });
      } catch (error) {
        this.#lost++;
        const reason = error instanceof Error ? error.message : String(error);
        this.#problems.push(`${work.name} (${work.task.id}) is lost: ${reason}${story(work)}`);
      }
    }
  }

  /** An agent did not answer any more. */
  wedge(words: string): void {
    this.#wedged++;
    this.#problems.push(`wedged: ${words}`);
  }

  /** An agent went round and round. */
  spin(words: string): void {
    this.#spinning++;
    this.#problems.push(`spinning: ${words}`);
  }

  /** Notes how much of something there was at the end of a campaign. */
  measure(what: string, amount: number): void {
    this.#measured.set(what, [...this.#measured.get(what) ?? [], amount]);
  }

  /** Something that holds for no single task was wrong. */
  problem(words: string): void {
    this.#problems.push(words);
  }

  /**
   * Another end than a true result was wanted, and looked at; it counts as lost when it is not there.
   * What the agent said of the task becomes part of the problem.
   */
  async expect(
    what: string,
    look: () => unknown,
    about?: { readonly agent: AgentProcess; readonly id: string },
  ): Promise<void> {
    this.#checked++;
    try {
      await look();
    } catch (error) {
      this.#lost++;
      const story = about?.agent.log
        .filter((line) => line.task === about.id || line.level === "warn")
        .map((line) => `\n  ${JSON.stringify(line)}`).join("") ?? "";
      this.#problems.push(`${what}: ${error instanceof Error ? error.message : error}${story}`);
    }
  }

  summary(): string {
    return `${this.faults} faults injected into ${this.#checked} tasks: ` +
      `${this.#lost} lost, ${this.#twice} run twice, ${this.#wedged} wedged, ${this.#spinning} spinning`;
  }

  /** Median and most of what was measured. */
  figures(): string {
    return [...this.#measured].map(([what, amounts]) => {
      const sorted = amounts.toSorted((a, b) => a - b);
      const show = (at: number) => sorted[at].toFixed(1);
      return `${what}: ${show(sorted.length >> 1)}, at most ${show(sorted.length - 1)}`;
    }).join("; ");
  }

  /** How often which fault was injected. */
  details(): string {
    return [...this.#faults].map(([kind, times]) => `${kind} ${times}`).join(", ");
  }
}
