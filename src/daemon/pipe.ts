import { connect, createServer, type Socket } from "node:net";
import { abortable } from "../util/mod.ts";
import type { Connection, Listener } from "./connection.ts";

/** Connects to a named pipe of Windows. */
export async function connectToPipe(name: string, signal: AbortSignal): Promise<Connection> {
  signal.throwIfAborted();
  const socket = connect(name);
  const connection = overPipe(socket);
  const connected = new Promise<void>((resolve, reject) => {
    socket.once("error", reject);
    socket.once("connect", resolve);
  });
  await abortable(connected, signal).catch((error) => {
    connection[Symbol.dispose]();
    throw error;
  });
  return connection;
}

/** Lets connections in at a named pipe. */
export async function listenAtPipe(
  name: string,
  onConnection: (connection: Connection) => void,
): Promise<Listener> {
  const server = createServer((socket) => onConnection(overPipe(socket)));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(name, resolve);
  });
  return {
    [Symbol.dispose]() {
      server.close();
    },
  };
}

function overPipe(socket: Socket): Connection {
  // A peer that goes away in mid-sentence must not end the agent; who reads is told.
  socket.on("error", () => {});
  const chunks: AsyncIterator<Uint8Array> = socket[Symbol.asyncIterator]();
  return {
    async read() {
      const { value, done } = await chunks.next();
      return done ? null : value;
    },
    write: (bytes) =>
      new Promise((resolve, reject) => {
        socket.write(bytes, (error) => error ? reject(error) : resolve());
      }),
    [Symbol.dispose]() {
      socket.destroy();
    },
  };
}
