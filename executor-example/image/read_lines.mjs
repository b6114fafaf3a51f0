/** A longer line (a picture in a tool's result) is dropped: nothing that is needed is in it. */
const LONGEST = 32 * 2 ** 20;

/** Calls `onLine` for each line of a stream. Only LF ends one: others may stand inside JSON strings. */
export async function readLines(stream, onLine) {
  let parts = [];
  let length = 0;
  const flush = () => {
    if (length > 0 && length <= LONGEST) onLine(parts.join(""));
    parts = [];
    length = 0;
  };
  const add = (text) => {
    length += text.length;
    if (length <= LONGEST) parts.push(text);
    else parts = [];
  };
  try {
    for await (const chunk of stream.setEncoding("utf8")) {
      const [first, ...rest] = chunk.split("\n");
      add(first);
      for (const line of rest) {
        flush();
        add(line);
      }
    }
  } catch (error) {
    // Closed from this side, when the time was over.
    if (error.code !== "ERR_STREAM_PREMATURE_CLOSE") throw error;
  }
  flush();
}
