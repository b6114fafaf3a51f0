import assert from "node:assert/strict";
import { proxyFor } from "../../src/server/mod.ts";

const proxies = { http: "http://plain:3128", https: "secure:3129", all: "socks5://any:1080" };

Deno.test("the proxy is chosen by the URL's scheme, with ALL_PROXY for the rest", () => {
  assert.equal(proxyFor("http://server.example:8080", proxies), "http://plain:3128");
  assert.equal(proxyFor("https://server.example", proxies), "http://secure:3129");
  assert.equal(proxyFor("https://server.example", { all: proxies.all }), "socks5://any:1080");
  assert.equal(proxyFor("https://server.example", { http: "x", no: "" }), undefined);
  assert.equal(proxyFor("https://server.example", {}), undefined);
});

Deno.test("NO_PROXY exempts hosts, domains, addresses, networks and ports", () => {
  const cases: [url: string, no: string, exempt: boolean][] = [
    ["http://server.example", "*", true],
    ["http://server.example", "server.example", true],
    ["http://SERVER.example", "Server.Example.", true],
    ["http://a.server.example", "server.example", true],
    ["http://a.server.example", ".server.example", true],
    ["http://a.server.example", "*.server.example", true],
    ["http://myserver.example", "server.example", false],
    ["http://server.example:8080", "server.example:8080", true],
    ["http://server.example:8080", "server.example:80", false],
    ["https://server.example", "server.example:443", true],
    ["http://10.1.2.3", "10.0.0.0/8", true],
    ["http://11.1.2.3", "10.0.0.0/8", false],
    ["http://10.1.2.3", "10.1.2.3/32", true],
    ["http://10.1.2.3", "0.0.0.0/0", true],
    ["http://10.1.2.3", "10.1.2.0/x", false],
    ["http://name.example", "10.0.0.0/8", false],
    ["http://[::1]:8080", "::1", true],
    ["http://[::1]:8080", "[::1]:8080", true],
    ["http://[::1]:8080", "[::1]:81", false],
    ["http://localhost:8080", "foo, localhost,bar", true],
    ["http://localhost:8080", "foo localhost", true],
    ["http://localhost:8080", "", false],
  ];
  for (const [url, no, exempt] of cases) {
    const expected = exempt ? undefined : "http://plain:3128";
    assert.equal(proxyFor(url, { http: proxies.http, no }), expected, `${url} with NO_PROXY=${no}`);
  }
});
