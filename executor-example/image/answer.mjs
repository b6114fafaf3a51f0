import {
  constants,
  existsSync,
  lstatSync,
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
  #path;
  #earlier;

  constructor(output) {
    this.#path = join(output, "response.md");
    this.#earlier = join(output, "response.before-form.md");
  }

  /** The answer as it is; undefined when there is none. */
  read() {
    if (!this.#exists() || statSync(this.#path).size > COMPARED_BYTES) return undefined;
    return readFileSync(this.#path, "utf8");
  }

  /** An agent that has only said its answer: what it said is the answer. */
  settle(reply) {
    if (!this.#exists() && reply !== "") this.#write(reply);
  }

  /** After the second step: a form that was only said replaces the answer, which is kept beside it. */
  replaceUnless(before, reply) {
    if (this.read() !== before || /\bDONE\b\W*$/i.test(reply) || reply === "") return;
    if (this.#exists()) renameSync(this.#path, this.#earlier);
    this.#write(reply);
  }

  /** Without any answer, the agent's own log is better than nothing. */
  fallBack(log, reason) {
    if (this.#exists()) return;
    this.#write(
      [`> ${reason}`, "```text", log.replaceAll("```", "'''").trimEnd(), "```"].join("\n\n"),
    );
  }

  #exists() {
    return existsSync(this.#path) && lstatSync(this.#path).isFile() &&
      statSync(this.#path).size > 0;
  }

  #write(text) {
    try {
      writeFileSync(this.#path, `${text.trimEnd()}\n`, { flag: FLAG });
    } catch {
      // Something else of that name, or a full disk: the reason is on stderr and in the log.
    }
  }
}
