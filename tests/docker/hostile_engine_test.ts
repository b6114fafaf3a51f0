import assert from "node:assert/strict";
import { connectEngine, EngineError } from "../../src/docker/mod.ts";
import {
  answer,
  type Behaviour,
  closed,
  rawCall,
  startFakeEngine,
  withFakeEngine,
  write,
} from "./fake_engine.ts";

const says = (text: string): Behaviour => (conn) => write(conn, text);
const CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

/** The EngineError that `work` rejects with. */
async function engineError(work: Promise<unknown>): Promise<EngineError> {
  const error = await work.then(() => undefined, (error) => error);
  assert.ok(error instanceof EngineError, String(error));
  return error;
}

async function pinged(text: string): Promise<EngineError> {
  await using fake = await startFakeEngine(says(text));
  return await engineError(connectEngine(fake.endpoint));
}

Deno.test("an engine that is too old, or something else, is refused by name", async () => {
  const old = await pinged(answer("OK", "200 OK", "Api-Version: 1.40\r\n"));
  assert.match(old.message, /speaks API 1\.40, but at least 1\.41 .* is needed/);
  assert.equal(old.unreachable, false);
  for (const header of ["", "Api-Version: banana\r\n", "Api-Version: 1.41/../x\r\n"]) {
    const other = await pinged(answer("hello", "200 OK", header));
    assert.match(other.message, /is neither Docker nor Podman/);
  }
  assert.match(
    (await pinged(answer("<html>", "404 Not Found"))).message,
    /not a container engine's/,
  );
  assert.match((await pinged("garbage")).message, /did not fully answer/);
});

Deno.test("an engine that is newer than we are is spoken to in its own oldest version", async () => {
  const version = {
    Version: "99.0",
    ApiVersion: "1.90",
    MinAPIVersion: "1.60",
    Os: "l",
    Arch: "a",
  };
  await using fake = await startFakeEngine((conn, request) =>
    request.includes("_ping")
      ? write(conn, answer("OK", "200 OK", "Api-Version: 1.90\r\n"))
      : write(conn, answer(JSON.stringify(version)))
  );
  await using engine = await connectEngine(fake.endpoint);
  assert.equal(engine.apiVersion, "1.60");
  await engine.version();
  assert.match(fake.requests.at(-1) ?? "", / (http:\/\/localhost)?\/v1\.60\/version /);
});

Deno.test("an engine that hangs does not hang us", async () => {
  await using silent = await startFakeEngine(closed);
  const error = await engineError(connectEngine(silent.endpoint, { pingMs: 50 }));
  assert.ok(error.unreachable);
  assert.match(error.message, /did not finish GET \/_ping/);
  const halfway: Behaviour = async (conn) => {
    await write(conn, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
    await closed(conn);
  };
  await using half = await startFakeEngine(halfway);
  assert.match((await engineError(rawCall(half, 50))).message, /did not finish GET \/info/);
  const slowRefusal: Behaviour = async (conn) => {
    await write(conn, "HTTP/1.1 500 Oops\r\nContent-Length: 100\r\n\r\nhalf");
    await closed(conn);
  };
  await using refusing = await startFakeEngine(slowRefusal);
  assert.ok((await engineError(rawCall(refusing, 50))).unreachable);
});

Deno.test("a 404 counts as missing only in the engine's own words", async () => {
  const missing = answer(JSON.stringify({ message: "No such container: x" }), "404 Not Found");
  await withFakeEngine(says(missing), async (engine) => {
    assert.equal(await engine.inspectContainer("x"), undefined);
    assert.equal(await engine.removeContainer("x"), "gone");
  });
  await withFakeEngine(says(answer("<html>Not here", "404 Not Found")), async (engine) => {
    const error = await engineError(engine.inspectContainer("x"));
    assert.ok(error.unreachable);
    assert.ok((await engineError(engine.removeContainer("x"))).unreachable);
  });
  const going = answer(
    JSON.stringify({ message: "no container with ID x found in database: no such container" }),
    "500 Internal Server Error",
  );
  await withFakeEngine(says(going), async (engine) => {
    assert.equal(await engine.inspectContainer("x"), undefined);
  });
  const route = answer(JSON.stringify({ message: "page not found" }), "404 Not Found");
  await withFakeEngine(says(route), async (engine) => {
    assert.equal((await engineError(engine.inspectContainer("x"))).status, 404);
  });
  await withFakeEngine(says(answer("starting", "503 Unavailable")), async (engine) => {
    assert.ok((await engineError(engine.inspectContainer("x"))).unreachable);
  });
});

Deno.test("redirects are not followed", async () => {
  const elsewhere = answer("", "302 Found", "Location: /v1.41/containers/other/json\r\n");
  await withFakeEngine(says(elsewhere), async (engine, fake) => {
    assert.ok((await engineError(engine.inspectContainer("x"))).unreachable);
    assert.equal(fake.requests.length, 2);
  });
});

Deno.test("answers of the wrong shape are named by the field", async () => {
  const cases = [["{}", /Id: /], ["[]", /JSON: /], ["nonsense", /JSON: /], ['{"Id":5}', /Id: /]];
  for (const [body, pattern] of cases as [string, RegExp][]) {
    await withFakeEngine(says(answer(body)), async (engine) => {
      const error = await engineError(engine.inspectContainer("x"));
      assert.match(error.message, pattern);
      assert.equal(error.unreachable, false);
    });
  }
});

Deno.test("an answer that is cut is an engine out of reach, an empty one too", async () => {
  const texts = [
    "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
    `${CHUNKED}5\r\n{"a":`,
    answer(""),
    "",
  ];
  for (const text of texts) {
    await withFakeEngine(says(text), async (engine) => {
      assert.ok((await engineError(engine.waitContainer("x"))).unreachable, text);
      assert.ok((await engineError(engine.inspectContainer("x"))).unreachable, text);
    });
  }
});

Deno.test("an endless answer is given up, an endless refusal too", async () => {
  const endless = (head: string): Behaviour => async (conn) => {
    await write(conn, head);
    const chunk = `10000\r\n${" ".repeat(65536)}\r\n`;
    while (true) await write(conn, chunk);
  };
  await withFakeEngine(endless(CHUNKED), async (engine) => {
    assert.match((await engineError(engine.inspectContainer("x"))).message, /too long/);
    assert.match((await engineError(engine.pullImage("x"))).message, /too long/);
  });
  await withFakeEngine(endless(CHUNKED.replace("200 OK", "500 Oops")), async (engine) => {
    assert.equal((await engineError(engine.info())).status, 500);
  });
});

Deno.test("a log that is no log, or ends half-way, is told as such", async () => {
  const header = (kind: number, length: number) => {
    const bytes = new Uint8Array(8);
    bytes[0] = kind;
    new DataView(bytes.buffer).setUint32(4, length);
    return bytes;
  };
  const sends = (...parts: (string | Uint8Array)[]): Behaviour => async (conn) => {
    await write(conn, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
    for (const part of parts) await write(conn, part);
  };
  const read = (behave: Behaviour) =>
    withFakeEngine(behave, async (engine) => {
      for await (const _ of engine.logs("x", { follow: true, timestamps: true }));
    });
  assert.match((await engineError(read(sends("plain text")))).message, /cannot be parsed/);
  const cut = await engineError(read(sends(header(1, 100), "half")));
  assert.ok(cut.unreachable);
  assert.ok((await engineError(read(sends(header(1, 0xffffffff), "x")))).unreachable);
  const words = "error from daemon in stream: Error grabbing logs";
  const failed = await engineError(read(sends(header(3, words.length), words)));
  assert.match(failed.message, /Error grabbing logs/);
});
