/**
 * Runs under Windows: makes the named pipe of its first argument and carries every connection to it to
 * the port of its second on 127.0.0.1. Says "ready" when the pipe is there.
 *
 * Under node.exe and not deno.exe: the pipe that Deno 2.9.5 serves has one free end at a time, and is
 * never free again once two clients came at the same moment. An engine's pipe is not like that.
 */
import { connect, createServer } from "node:net";

const [pipe, port] = process.argv.slice(2);
const server = createServer((incoming) => {
  const onward = connect(Number(port), "127.0.0.1");
  for (const [one, other] of [[incoming, onward], [onward, incoming]]) {
    one.on("error", () => other.destroy());
    one.on("close", () => other.destroy());
    one.pipe(other);
  }
});
server.on("error", (error) => {
  console.error(error.message);
  process.exit(1);
});
server.listen(pipe, () => console.log("ready"));
