import { join } from "@std/path";

import type { MemoryProgram } from "../../../src/executor/memory/memory_container.ts";

/** One program of a task, for engines that run commands and for one that runs functions. */
interface Program {
  /** For `sh -c`; undefined for a command that no image has. */
  readonly script?: string;
  /** Undefined for the same. */
  readonly call?: MemoryProgram;
}

/** Numbered lines of `lines`, and as many of them. */
export const LINES = 5_000;

export const PROGRAMS = {
  "does nothing": { script: "true", call: () => Promise.resolve(0) },
  "sleeps": {
    script: "sleep 1000",
    call: ({ signal }) => new Promise((_, reject) => signal.onabort = () => reject(signal.reason)),
  },
  "says bye when it is asked to end": {
    script: "trap 'echo bye; exit 9' TERM; while true; do sleep 0.1; done",
    call: ({ signal, stdout }) =>
      new Promise((resolve) =>
        signal.onabort = () => {
          stdout("bye\n");
          resolve(9);
        }
      ),
  },
  "counts until it is asked to end": {
    script:
      "trap 'echo bye; exit 9' TERM; n=0; while true; do echo $n; n=$((n+1)); sleep 0.1; done",
    call: ({ signal, stdout }) =>
      new Promise((resolve) => {
        let n = 0;
        const timer = setInterval(() => stdout(`${n++}\n`), 100);
        signal.onabort = () => {
          clearInterval(timer);
          stdout("bye\n");
          resolve(9);
        };
      }),
  },
  "does not end when it is asked to": {
    script: "trap '' TERM; while true; do sleep 0.1; done",
    call: () => new Promise(() => {}),
  },
  "is missing": {},
  "prints without a line break": {
    script: "printf 'no end 中文'; printf 'err' >&2",
    call({ stdout, stderr }) {
      stdout("no end 中文");
      stderr("err");
      return Promise.resolve(0);
    },
  },
  "has last words": {
    script: "echo last words; exit 4",
    call({ stdout }) {
      stdout("last words\n");
      return Promise.resolve(4);
    },
  },
  "writes an output": {
    script: "mkdir -p output/deep; echo out > output/deep/response.md; exit 3",
    async call({ workspace }) {
      await Deno.mkdir(join(workspace, "output/deep"), { recursive: true });
      await Deno.writeTextFile(join(workspace, "output/deep/response.md"), "out\n");
      return 3;
    },
  },
  "prints many lines": {
    script: `seq 0 ${LINES - 1} | sed 's/^/out /' & seq 0 ${LINES - 1} | sed 's/^/err /' >&2; wait`,
    async call({ stdout, stderr }) {
      for (let i = 0; i < LINES; i++) {
        stdout(`out ${i}\n`);
        stderr(`err ${i}\n`);
        if (i % 100 === 0) await new Promise((resolve) => setTimeout(resolve));
      }
      return 0;
    },
  },
} satisfies Record<string, Program>;

export type ProgramName = keyof typeof PROGRAMS;
