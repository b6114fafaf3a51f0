import { sleep } from "../util/mod.ts";

/** One conversation of the control channel. Disposing closes it, however often. */
export interface Connection extends Disposable {
  /** The next bytes; null at the end. Throws when the connection breaks or is closed meanwhile. */
  read(): Promise<Uint8Array | null>;
  /** Sends all of it. */
  write(bytes: Uint8Array): Promise<void>;
}

/** Where connections come in. Disposing lets no more in; those that are open stay. */
export type Listener = Disposable;

const CHUNK_BYTES = 16 * 1024;
/** The pause after a connection that could not be let in: too many open files, say. */
const AFTER_FAILURE_MS = 100;

/**
 * Connects to the socket, on Windows to the pipe, of an address. (Deno's own sockets: `node:net`, which
 * alone knows pipes, takes 60 ms until it is there; measured with 2.9.6.)
 */
export async function connectTo(address: string, signal: AbortSignal): Promise<Connection> {
  if (Deno.build.os === "windows") {
    const { connectToPipe } = await import("./pipe.ts");
    return await connectToPipe(address, signal);
  }
  return overSocket(await Deno.connect({ transport: "unix", path: address }));
}

/** Lets connections in at an address. */
export async function listenAt(
  address: string,
  onConnection: (connection: Connection) => void,
): Promise<Listener> {
  if (Deno.build.os === "windows") {
    const { listenAtPipe } = await import("./pipe.ts");
    return await listenAtPipe(address, onConnection);
  }
  const listener = Deno.listen({ transport: "unix", path: address });
  let closed = false;
  const accept = async () => {
    while (!closed) {
      try {
        onConnection(overSocket(await listener.accept()));
      } catch {
        if (!closed) await sleep(AFTER_FAILURE_MS);
      }
    }
  };
  accept();
  return {
    [Symbol.dispose]() {
      if (closed) return;
      closed = true;
      listener.close();
    },
  };
}

/**
 * Has a conversation and closes its connection, at the latest when `signal` is aborted.
 *
 * @throws the signal's reason then, else whatever `talk` throws.
 */
export async function converse<T>(
  connection: Connection,
  talk: () => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const close = () => connection[Symbol.dispose]();
  signal.addEventListener("abort", close, { once: true });
  try {
    signal.throwIfAborted();
    return await talk();
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener("abort", close);
    close();
  }
}

function overSocket(socket: Deno.UnixConn): Connection {
  let closed = false;
  return {
    async read() {
      const buffer = new Uint8Array(CHUNK_BYTES);
      const count = await socket.read(buffer);
      return count === null ? null : buffer.subarray(0, count);
    },
    async write(bytes) {
      for (let sent = 0; sent < bytes.length;) sent += await socket.write(bytes.subarray(sent));
    },
    [Symbol.dispose]() {
      if (closed) return;
      closed = true;
      socket.close();
    },
  };
}
