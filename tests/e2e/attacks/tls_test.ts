import assert from "node:assert/strict";
import { join } from "@std/path";

import { createWorld } from "../world.ts";
import { keyOf } from "./outside.ts";

/** Everything that switches off the check of certificates in some program or other. */
const SWITCHES = {
  NODE_TLS_REJECT_UNAUTHORIZED: "0",
  DENO_TLS_CA_STORE: "system",
  DENO_UNSAFELY_IGNORE_CERTIFICATE_ERRORS: "1",
  PYTHONHTTPSVERIFY: "0",
  GIT_SSL_NO_VERIFY: "1",
  CURL_INSECURE: "1",
  AGENT_CORE_SERVER_INSECURE: "true",
  AGENT_CORE_SERVER_VERIFY: "false",
};

async function openssl(folder: string, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command("openssl", { args, cwd: folder }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
}

/** Makes a CA and a certificate of it for `localhost`. */
async function makeCertificates(folder: string): Promise<void> {
  const key = ["-newkey", "rsa:2048", "-nodes", "-days", "2"];
  const ca = ["-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Lab CA"];
  await openssl(folder, "req", "-x509", ...key, ...ca);
  const request = ["-keyout", "key.pem", "-out", "request.pem", "-subj", "/CN=localhost"];
  await openssl(folder, "req", ...key.slice(0, 3), ...request);
  await Deno.writeTextFile(
    join(folder, "ext"),
    "subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n",
  );
  const by = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2"];
  const names = ["-in", "request.pem", "-extfile", "ext", "-out", "cert.pem"];
  await openssl(folder, "x509", "-req", ...names, ...by);
}

/** Passes on what comes over TLS, and keeps it. */
function relayTls(listener: Deno.TlsListener, port: () => number, heard: Uint8Array[]) {
  const serve = async (connection: Deno.TlsConn) => {
    const target = await Deno.connect({ hostname: "127.0.0.1", port: port() });
    const keep = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        heard.push(chunk.slice());
        controller.enqueue(chunk);
      },
    });
    await Promise.allSettled([
      connection.readable.pipeThrough(keep).pipeTo(target.writable),
      target.readable.pipeTo(connection.writable),
    ]);
  };
  const accept = async () => {
    for (;;) {
      try {
        serve(await listener.accept()).catch(() => {});
      } catch (error) {
        // A handshake that failed is the client's business.
        if (error instanceof Deno.errors.BadResource) return;
      }
    }
  };
  const running = accept();
  return {
    async [Symbol.asyncDispose]() {
      listener.close();
      await running;
    },
  };
}

Deno.test({
  name: "TLS: nothing switches the check off; a CA of the lab's own comes by SSL_CERT_FILE",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    const folder = await Deno.makeTempDir({ prefix: "agent-core-" });
    try {
      await makeCertificates(folder);
      const listener = Deno.listenTls({
        port: 0,
        hostname: "127.0.0.1",
        cert: await Deno.readTextFile(join(folder, "cert.pem")),
        key: await Deno.readTextFile(join(folder, "key.pem")),
      });
      const heard: Uint8Array[] = [];
      let port = 0;
      await using _relay = relayTls(listener, () => port, heard);
      await using world = await createWorld({
        settings: { server: { base_url: `https://localhost:${listener.addr.port}` } },
      });
      port = world.server.port;
      const doubting = await world.startAgent({ env: SWITCHES });
      await doubting.logged((line) => /certificate/i.test(line.message));
      await doubting.leave();
      assert.equal(heard.length, 0, "something was sent to a server that nobody vouches for");
      await world.startAgent({ env: { SSL_CERT_FILE: join(folder, "ca.pem") } });
      const task = await world.submit("echo trusted > output/x");
      const ended = await world.ended(task);
      assert.equal(ended.status, "completed", ended.errorMessage ?? "");
      const words = heard.map((chunk) => new TextDecoder("latin1").decode(chunk)).join("");
      assert.ok(words.includes(await keyOf(world)), "the relay heard nothing");
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
