import { cliText, Failure } from "../../i18n/mod.ts";
import { onSignals } from "./signals.ts";
import { writeOut } from "./write_whole.ts";

/** A terminal with somebody at it. Disposing it gives its settings back. */
export interface Terminal extends Disposable {
  /** Asks and reads a line. @throws {Failure} after Ctrl+C or Ctrl+D */
  line(prompt: string): Promise<string>;
  /** As `line`, but what is typed does not appear: a star stands for each character. */
  secret(prompt: string): Promise<string>;
}

const ENTER = /[\r\n]/;
const INTERRUPT = "\x03";
const END = "\x04";
const ERASE = ["\x7f", "\b"];
const ERASE_LINE = "\x15";

/** Takes the terminal for questions. Lines that were pasted ahead answer the questions to come. */
export function openTerminal(): Terminal {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(4096);
  const interrupted = Promise.withResolvers<never>();
  interrupted.promise.catch(() => {});
  const cancelled = () => new Failure(cliText.cancelled);
  const stopListening = onSignals(() => interrupted.reject(cancelled()));
  const write = (words: string) => writeOut(new TextEncoder().encode(words));
  let ahead = "";

  const more = async (): Promise<void> => {
    const count = await Promise.race([Deno.stdin.read(buffer), interrupted.promise]);
    if (count === null) throw cancelled();
    ahead += decoder.decode(buffer.subarray(0, count), { stream: true });
  };
  const endingLine = async <T>(read: () => Promise<T>): Promise<T> => {
    try {
      return await read();
    } catch (error) {
      // The message about it gets a line of its own.
      write("\n");
      throw error;
    }
  };
  return {
    line: (prompt) =>
      endingLine(async () => {
        write(`${prompt} `);
        for (;;) {
          const end = ahead.search(ENTER);
          if (end >= 0) {
            const line = ahead.slice(0, end);
            ahead = ahead.slice(end + (ahead.startsWith("\r\n", end) ? 2 : 1));
            return line;
          }
          await more();
        }
      }),
    secret: async (prompt) => {
      // Before the question is shown, so that nothing typed early is echoed. Ctrl+C comes as a character then.
      Deno.stdin.setRaw(true);
      write(`${prompt} `);
      try {
        const typed: string[] = [];
        for (;;) {
          for (const key of takeKeys()) {
            if (ENTER.test(key)) return typed.join("");
            if (key === INTERRUPT || (key === END && typed.length === 0)) throw cancelled();
            if (key >= " " && key !== ERASE[0]) {
              typed.push(key);
              write("*");
              continue;
            }
            const gone = ERASE.includes(key) ? 1 : key === ERASE_LINE ? typed.length : 0;
            write("\b \b".repeat(typed.splice(typed.length - Math.min(gone, typed.length)).length));
          }
          await more();
        }
      } finally {
        Deno.stdin.setRaw(false);
        write("\n");
      }
    },
    [Symbol.dispose]: stopListening,
  };

  /** Takes the keys one by one, so that what stands behind Enter is left for the next question. */
  function* takeKeys(): Generator<string> {
    // An arrow key and the like is no part of a secret.
    // deno-lint-ignore no-control-regex
    ahead = ahead.replaceAll(/\x1b[[O][0-9;]*[~A-Za-z]/g, "");
    while (ahead !== "") {
      const [key] = ahead;
      ahead = ahead.slice(ahead.startsWith("\r\n") ? 2 : key.length);
      yield key;
    }
  }
}
