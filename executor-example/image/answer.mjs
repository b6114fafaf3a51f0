import {
  constants,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

/** An answer longer than this is not held against what came after it. */
const COMPARED_BYTES = 64 * 2 ** 20;
/** Neither follows a link that a task has put there nor waits at a pipe. */
const { O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_TRUNC, O_WRONLY } = constants;
const FLAG = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK;

/** output/response.md, the main answer. It is written here only where the agent has not done so. */
export class Answer {
  #output;
  #path;
  #earlier;
  #conceal;

  constructor(output, conceal) {
    this.#output = output;
    this.#path = join(output, "response.md");
    this.#earlier = join(output, "response.before-form.md");
    this.#conceal = conceal;
  }

  /** There is one. */
  get exists() {
    return existsSync(this.#path) && lstatSync(this.#path).isFile() &&
      statSync(this.#path).size > 0;
  }

  /** Something is there for the person who set the task, be it no text. */
  get hasFiles() {
    return readdirSync(this.#output, { recursive: true, withFileTypes: true })
      .some((entry) => !entry.isDirectory());
  }

  /** The answer as it is; undefined when there is none. */
  read() {
    if (!this.exists || statSync(this.#path).size > COMPARED_BYTES) return undefined;
    return readFileSync(this.#path, "utf8");
  }

  /** An agent that has only said its answer: what it said is the answer. */
  settle(reply) {
    if (!this.exists && reply !== "") this.#write(reply);
  }

  /**
   * After the second step: a form that was only said replaces the answer, which is kept beside it.
   * @returns whether the step has come to anything: nothing said and nothing changed is no form.
   */
  replaceUnless(before, reply) {
    if (this.read() !== before || /\bDONE\b\W*$/i.test(reply)) return true;
    if (reply === "") return false;
    if (this.exists) renameSync(this.#path, this.#earlier);
    this.#write(reply);
    return true;
  }

  /** What had been said when the work broke off: better than nothing, but nobody must take it for whole. */
  settlePart(reply, reason) {
    if (!this.exists && reply !== "") this.#write(`> ${reason}\n\n${reply}`);
  }

  /** The answer that the agent wrote itself, without the secrets that it may have come across. */
  conceal() {
    const text = this.read();
    if (text !== undefined && this.#conceal(text) !== text) this.#write(text);
  }

  /** Without any answer, the agent's own log is better than nothing. */
  fallBack(log, reason) {
    if (this.exists) return;
    this.#write(
      [`> ${reason}`, "```text", log.replaceAll("```", "'''").trimEnd(), "```"].join("\n\n"),
    );
  }

  #write(text) {
    try {
      writeFileSync(this.#path, `${this.#conceal(text).trimEnd()}\n`, { flag: FLAG });
    } catch {
      // Something else of that name, or a full disk: the reason is on stderr and in the log.
    }
  }
}
