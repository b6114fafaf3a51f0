import assert from "node:assert/strict";

import { bootId } from "../../src/util/mod.ts";

Deno.test("bootId() is the kernel's own, the same until the next boot; none where there is no such thing", async () => {
  const id = await bootId();
  assert.equal(await bootId(), id);
  if (Deno.build.os !== "linux") return assert.equal(id, undefined);
  assert.match(id!, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  const file = await Deno.readTextFile("/proc/sys/kernel/random/boot_id");
  assert.equal(id, file.trimEnd());
});

Deno.test({
  name: "bootId() does not say that there is none where it cannot be read just now",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const { readTextFile } = Deno;
    const failsWith = async (code: string) => {
      Deno.readTextFile = () => Promise.reject(Object.assign(new Error(code), { code }));
      try {
        return await bootId();
      } finally {
        Deno.readTextFile = readTextFile;
      }
    };
    await assert.rejects(failsWith("EMFILE"), /EMFILE/);
    assert.equal(await failsWith("EACCES"), undefined);
  },
});
