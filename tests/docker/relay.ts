import { join } from "@std/path";

/** A listener in front of the engine's unix socket, for tests of the other transports. */
export interface Relay extends AsyncDisposable {
  /** 0 for a socket. */
  readonly port: number;
  /** Connections so far. */
  readonly connections: number;
  /** From now on nothing comes through on the connections of now, as where a NAT has forgotten them. */
  silence(): void;
}

/** What a relay does besides passing on. */
export interface RelayOptions {
  /** Certificates, where it is to speak TLS. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /**
   * A unix socket to listen at instead, as systemd does for an engine: it stays when that goes, and holds
   * connections until there is one again.
   */
  readonly path?: string;
  /** Looks at what is sent to the engine; from a true answer on that connection is silent. */
  readonly swallows?: (chunk: Uint8Array) => boolean;
}

/** Starts a relay on a free loopback port. */
export function startRelay(socket: string, { tls, path, swallows }: RelayOptions = {}): Relay {
  const listener = path !== undefined
    ? Deno.listen({ transport: "unix", path })
    : tls
    ? Deno.listenTls({ hostname: "127.0.0.1", port: 0, ...tls })
    : Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open = new Set<Deno.Conn>();
  let connections = 0;
  let silenced = 0;
  let closed = false;
  const reach = async (): Promise<Deno.Conn> => {
    for (;;) {
      try {
        return await Deno.connect({ transport: "unix", path: socket });
      } catch (error) {
        if (path === undefined || closed) throw error;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  };
  const serving = (async () => {
    while (true) {
      const near = await listener.accept().catch((error) => {
        if (error instanceof Deno.errors.BadResource) return undefined;
        // A failed handshake is the client's business.
        return null;
      });
      if (near === undefined) return;
      if (near === null) continue;
      const number = ++connections;
      const silent = () => number <= silenced;
      const far = await reach().catch(() => undefined);
      if (!far) {
        close(near);
        continue;
      }
      open.add(near).add(far);
      const both = [pipe(near, far, { silent, swallows }), pipe(far, near, { silent })];
      Promise.allSettled(both).then(() => {
        for (const conn of [near, far]) {
          open.delete(conn);
          close(conn);
        }
      });
    }
  })();
  return {
    port: listener.addr.transport === "tcp" ? listener.addr.port : 0,
    get connections() {
      return connections;
    },
    silence() {
      silenced = connections;
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      listener.close();
      open.forEach(close);
      await serving;
    },
  };
}

/** One direction; the end of the one side's sending is told to the other. */
async function pipe(
  from: Deno.Conn,
  to: Deno.Conn,
  { silent, swallows = () => false }: RelayOptions & { readonly silent: () => boolean },
): Promise<void> {
  const buffer = new Uint8Array(65536);
  try {
    for (let read; (read = await from.read(buffer)) !== null;) {
      if (silent()) continue;
      if (swallows(buffer.subarray(0, read))) return;
      for (let sent = 0; sent < read;) sent += await to.write(buffer.subarray(sent, read));
    }
    if (!silent()) await to.closeWrite();
  } catch {
    close(from);
    close(to);
  }
}

function close(conn: Deno.Conn) {
  try {
    conn.close();
  } catch { /* closed already */ }
}

/** Makes an authority and certificates for 127.0.0.1 in `folder`, named as DOCKER_CERT_PATH has them. */
export async function makeCertificates(folder: string) {
  const at = (name: string) => join(folder, name);
  await openssl("req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=test-ca", [
    ["-keyout", at("ca-key.pem")],
    ["-out", at("ca.pem")],
    ["-addext", "keyUsage=critical,keyCertSign,cRLSign"],
  ]);
  for (const [cert, key] of [["server.pem", "server-key.pem"], ["cert.pem", "key.pem"]]) {
    await openssl("req -newkey rsa:2048 -nodes -subj /CN=localhost", [
      ["-keyout", at(key)],
      ["-out", at("request.pem")],
    ]);
    await Deno.writeTextFile(
      at("extensions"),
      "subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\n",
    );
    await openssl("x509 -req -days 2 -CAcreateserial", [
      ["-in", at("request.pem")],
      ["-CA", at("ca.pem")],
      ["-CAkey", at("ca-key.pem")],
      ["-extfile", at("extensions")],
      ["-out", at(cert)],
    ]);
  }
  return {
    cert: await Deno.readTextFile(at("server.pem")),
    key: await Deno.readTextFile(at("server-key.pem")),
  };
}

async function openssl(command: string, options: readonly (readonly [string, string])[]) {
  const args = [...command.split(" "), ...options.flat()];
  const { success, stderr } = await new Deno.Command("openssl", { args }).output();
  if (!success) throw new Error(`openssl ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
}
