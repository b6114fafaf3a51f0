import assert from "node:assert/strict";
import { join } from "@std/path";

import { TEST_IMAGE } from "../support/engine.ts";
import { createPlace, withServer } from "./support/place.ts";

const ENTER = "\r";
const CTRL_C = "\x03";
const CTRL_D = "\x04";

Deno.test("the first start asks, checks what is answered, registers and runs", async () => {
  await withServer(async (place, server) => {
    const { registrationToken: token } = server.createService("lab");
    await Deno.writeTextFile(join(place.folder, "taken"), "");
    const { code, output } = await place.type(["run"], [
      ["Server URL [http://127.0.0.1:8080]:", `ftp://nowhere${ENTER}`],
      ["is not valid", ""],
      ["Server URL [http://127.0.0.1:8080]:", server.url + ENTER],
      ["Data folder [./data]:", `./taken${ENTER}`],
      ["is not a folder", ""],
      ["Data folder [./data]:", ENTER],
      ["Executor image [open-aaas-executor:latest]:", `not an image${ENTER}`],
      ["is not valid", ""],
      ["Executor image [", TEST_IMAGE + ENTER],
      ["Capacity [2]:", `many${ENTER}`],
      ["is not valid", ""],
      ["Capacity [2]:", `0${ENTER}`],
      ["is not valid", ""],
      ["Capacity [2]:", `3${ENTER}`],
      ["Wrote ", ""],
      ["Registration token", `rt_wrong${ENTER}`],
      ["rt_wrong".replace(/./g, "*"), ""],
      ["Registration token", `x\x7f${token}${ENTER}`],
      ["Registered: service lab", ""],
      ["is up", CTRL_C],
    ]);
    assert.equal(code, 0, output);
    assert.ok(!output.includes(token), "the token was shown");
    assert.doesNotMatch(output, /Next:/);
    const config = await Deno.readTextFile(place.configPath);
    assert.match(config, /^capacity = 3$/m);
    assert.ok(config.includes(`base_url = "${server.url}"`));
    assert.match(config, /^service_id = "svc_/m);
    assert.equal((await Deno.stat(place.configPath)).mode! & 0o777, 0o600);
    assert.ok((await Deno.stat(place.dataDir)).isDirectory);

    const again = await place.type(["run"], [["is up", CTRL_C]]);
    assert.equal(again.code, 0);
    assert.doesNotMatch(again.output, /Server URL|Registration token/);
  });
});

Deno.test("the questions are in Chinese, too", async () => {
  await using place = await createPlace();
  const { code, output } = await place.type(["--lang", "zh", "run"], [
    ["Server 地址 [http://127.0.0.1:8080]:", `abc${ENTER}`],
    ["请重新输入", ""],
    ["Server 地址 [", ENTER],
    ["数据目录 [./data]:", ENTER],
    ["执行镜像 [open-aaas-executor:latest]:", ENTER],
    ["容量 [2]:", ENTER],
    ["注册令牌", CTRL_C],
  ]);
  assert.equal(code, 1);
  assert.match(output, /已取消/);
  assert.match(await Deno.readTextFile(place.configPath), /^capacity = 2$/m);
});

for (const [name, key] of [["Ctrl+C", CTRL_C], ["Ctrl+D", CTRL_D]]) {
  Deno.test(`${name} at a question ends cleanly and writes nothing`, async () => {
    await using place = await createPlace();
    const { code, output } = await place.type(["run"], [
      ["Server URL [", ENTER],
      ["Data folder [", key],
    ]);
    assert.equal(code, 1);
    assert.match(output, /Cancelled/);
    assert.doesNotMatch(output, /at .*\.ts:|Uncaught/);
    await assert.rejects(Deno.stat(place.configPath), Deno.errors.NotFound);
  });

  Deno.test(`${name} at the token ends cleanly`, async () => {
    await using place = await createPlace();
    await place.configure({ url: "http://127.0.0.1:1" });
    const { code, output } = await place.type(["register"], [["Registration token", key]]);
    assert.equal(code, 1);
    assert.match(output, /Cancelled/);
  });
}

Deno.test("what the command line says is offered as the default", async () => {
  await using place = await createPlace();
  await place.type(["run", "--image", "mine:7", "--capacity", "5"], [
    ["Server URL [", ENTER],
    ["Data folder [", ENTER],
    ["Executor image [mine:7]:", ENTER],
    ["Capacity [5]:", ENTER],
    ["Registration token", CTRL_C],
  ]);
  assert.match(await Deno.readTextFile(place.configPath), /^image = "mine:7"$/m);
});

Deno.test("without a terminal nothing is asked", async () => {
  await using place = await createPlace();
  await place.configure({ url: "http://127.0.0.1:1" });
  const { code, stdout, stderr } = await place.run(["run"]);
  assert.equal(code, 2);
  assert.equal(stdout, "");
  assert.match(stderr, /Not registered.*register --token/s);
});
