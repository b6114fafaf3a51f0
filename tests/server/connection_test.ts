import assert from "node:assert/strict";
import { textOf } from "../../src/i18n/mod.ts";
import { createBudget, createServerClient, ServerError } from "../../src/server/mod.ts";
import { withServer } from "./with_server.ts";

const load = { currentLoad: 0, availableCapacity: 1 };
const tls = new URL("./tls/", import.meta.url);

/** Copies bytes both ways between each accepted connection and a port of this machine. */
function relay(listener: Deno.Listener, port: number, seen?: () => void): AsyncDisposable {
  const running = (async () => {
    for await (const connection of listener) {
      seen?.();
      const target = await Deno.connect({ hostname: "127.0.0.1", port });
      connection.readable.pipeTo(target.writable).catch(() => {});
      target.readable.pipeTo(connection.writable).catch(() => {});
    }
  })().catch(() => {});
  return {
    async [Symbol.asyncDispose]() {
      listener.close();
      await running;
    },
  };
}

async function listenTls(): Promise<{ listener: Deno.TlsListener; url: string }> {
  const listener = Deno.listenTls({
    port: 0,
    hostname: "127.0.0.1",
    cert: await Deno.readTextFile(new URL("cert.pem", tls)),
    key: await Deno.readTextFile(new URL("key.pem", tls)),
  });
  return { listener, url: `https://localhost:${listener.addr.port}` };
}

/** A failed handshake ends the listener's iterator; this one goes on. */
async function* patient(listener: Deno.TlsListener): AsyncGenerator<Deno.TlsConn> {
  while (true) {
    try {
      yield await listener.accept();
    } catch (error) {
      if (error instanceof Deno.errors.BadResource) return;
    }
  }
}

Deno.test("TLS: refused by itself, trusted with the CA of SSL_CERT_FILE and its like", async () => {
  await using stage = await withServer();
  const { serviceId, apiKey, signal } = stage;
  const budget = createBudget({ perMinute: Infinity });
  const { listener, url } = await listenTls();
  const source = Object.assign(Object.create(listener), {
    [Symbol.asyncIterator]: () => patient(listener),
    close: () => listener.close(),
  });
  await using _relay = relay(source, stage.server.port);
  const options = { baseUrl: url, serviceId, apiKey, budget };
  {
    await using client = createServerClient({ ...options, env: {} });
    await assert.rejects(client.poll(load, signal), (error) => {
      assert.ok(error instanceof ServerError);
      assert.deepEqual([error.kind, error.code, error.sent], ["outage", "tls", "no"]);
      assert.match(error.message, /SSL_CERT_FILE/);
      return true;
    });
  }
  const ca = new URL("ca.pem", tls).pathname;
  for (const variable of ["SSL_CERT_FILE", "DENO_CERT", "NODE_EXTRA_CA_CERTS"]) {
    await using client = createServerClient({ ...options, env: { [variable]: ca } });
    assert.deepEqual(await client.poll(load, signal), {}, variable);
  }
});

Deno.test("a CA file that cannot be used is named and harms nobody", async () => {
  const warnings: string[] = [];
  const say = () => {};
  const log = {
    debug: say,
    info: say,
    error: say,
    warn: (text: { en: string }) => void warnings.push(text.en),
  };
  const key = new URL("key.pem", tls).pathname;
  await using _client = createServerClient({
    baseUrl: "https://localhost:1",
    serviceId: "s",
    apiKey: "k",
    budget: createBudget(),
    env: { SSL_CERT_FILE: "/no/such.pem", NODE_EXTRA_CA_CERTS: key },
    log,
  });
  assert.equal(warnings.length, 2);
  assert.match(warnings[0], /SSL_CERT_FILE/);
  assert.match(warnings[1], /NODE_EXTRA_CA_CERTS.*no PEM certificate/);
});

Deno.test("a port that does not speak TLS is trouble with TLS", async () => {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const answering = (async () => {
    const connection = await listener.accept();
    await connection.read(new Uint8Array(1024));
    await connection.write(new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n\r\n"));
    connection.close();
  })();
  const baseUrl = `https://127.0.0.1:${listener.addr.port}`;
  const budget = createBudget({ perMinute: Infinity });
  await using client = createServerClient({ baseUrl, serviceId: "s", apiKey: "k", budget });
  await assert.rejects(client.poll(load, new AbortController().signal), (error) => {
    return error instanceof ServerError && error.code === "tls" && error.sent === "no";
  });
  await answering;
  listener.close();
});

/** A forward proxy for http, as far as a test needs one. */
function proxy(seen: { requests: string[]; authorization: (string | null)[] }) {
  return Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    seen.requests.push(request.url);
    seen.authorization.push(request.headers.get("proxy-authorization"));
    const answer = await fetch(request.url, {
      method: request.method,
      headers: request.headers,
      body: await request.bytes(),
    });
    return new Response(await answer.bytes(), { status: answer.status, headers: answer.headers });
  });
}

Deno.test("the system's proxy is used only when asked for, and NO_PROXY is obeyed", async () => {
  await using stage = await withServer();
  const { server, serviceId, apiKey, signal } = stage;
  const seen = { requests: [] as string[], authorization: [] as (string | null)[] };
  await using relay = proxy(seen);
  const url = `http://user:p%40ss@127.0.0.1:${relay.addr.port}`;
  const budget = createBudget({ perMinute: Infinity });
  const options = { baseUrl: server.url, serviceId, apiKey, budget };
  const counts: number[] = [];
  const pollWith = async (more: Partial<Parameters<typeof createServerClient>[0]>) => {
    await using client = createServerClient({ ...options, ...more });
    await client.poll(load, signal);
    counts.push(seen.requests.length);
  };
  await pollWith({ useSystemProxy: true, proxies: { http: url } });
  assert.deepEqual(seen.authorization, [`Basic ${btoa("user:p@ss")}`]);
  await pollWith({ useSystemProxy: true, proxies: { http: url, no: "127.0.0.1" } });
  await pollWith({ useSystemProxy: false, proxies: { http: url } });
  // Deno itself would obey these for every client.
  Deno.env.set("HTTP_PROXY", url);
  try {
    await pollWith({ useSystemProxy: false });
    await pollWith({ useSystemProxy: true, proxies: { http: url } });
    await pollWith({ useSystemProxy: true, proxies: {} });
  } finally {
    Deno.env.delete("HTTP_PROXY");
  }
  assert.deepEqual(counts, [1, 1, 1, 1, 2, 2]);
});

Deno.test("a proxy that is away is an outage, and its password is nobody's business", async () => {
  const budget = createBudget({ perMinute: Infinity });
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = listener.addr;
  listener.close();
  await using client = createServerClient({
    baseUrl: "http://server.example",
    serviceId: "s",
    apiKey: "k",
    budget,
    useSystemProxy: true,
    proxies: { http: `http://user:secret@127.0.0.1:${port}` },
  });
  await assert.rejects(client.poll(load, new AbortController().signal), (error) => {
    assert.ok(error instanceof ServerError);
    assert.deepEqual([error.kind, error.sent], ["outage", "no"]);
    assert.ok(!textOf(error).en.includes("secret") && !String(error.stack).includes("secret"));
    return true;
  });
});

Deno.test("calls share a kept connection, and a new one is made after trouble or on demand", async () => {
  await using stage = await withServer();
  const { serviceId, apiKey, signal } = stage;
  let connections = 0;
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  await using _relay = relay(listener, stage.server.port, () => void connections++);
  const baseUrl = `http://127.0.0.1:${listener.addr.port}`;
  const budget = createBudget({ perMinute: Infinity });
  await using client = createServerClient({ baseUrl, serviceId, apiKey, budget });
  const taskId = await stage.runningTask();
  for (let i = 0; i < 5; i++) await client.listFiles(taskId, signal);
  assert.equal(connections, 1);
  client.renewConnections();
  for (let i = 0; i < 5; i++) await client.listFiles(taskId, signal);
  assert.equal(connections, 2);
});
