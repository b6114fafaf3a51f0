import assert from "node:assert/strict";

import { findGpus } from "../../../../src/executor/docker/gpu/find_gpus.ts";
import { helperLabels } from "../../../../src/executor/docker/labels.ts";
import { ofDocker } from "../../../support/engine_kind.ts";
import { startPrivateEngine } from "../../../support/private_engine.ts";
import { testConfig } from "../../helpers.ts";

const UUIDS = ["GPU-4404041a-04cf", "GPU-79a2ba02-a537"];

/**
 * What NVIDIA's hook does on a machine that has a GPU, as far as it matters here: it puts `nvidia-smi` into
 * the container, which tells of the GPUs that the container may see.
 */
const HOOK = `#!/bin/sh
bundle=$(sed -n 's/.*"bundle":"\\([^"]*\\)".*/\\1/p')
root=$(sed -n 's/.*"root":{"path":"\\([^"]*\\)".*/\\1/p' "$bundle/config.json")
visible=$(tr ',' '\\n' <"$bundle/config.json" | sed -n 's/.*NVIDIA_VISIBLE_DEVICES=\\([^"]*\\).*/\\1/p' | tail -n 1)
[ "$visible" = all ] || exit 1
cat >"$root/bin/nvidia-smi" <<'SMI'
#!/bin/sh
[ "$1" = -L ] || exit 2
echo "GPU 0: NVIDIA L4 (UUID: ${UUIDS[0]})"
echo "GPU 1: NVIDIA L4 (UUID: ${UUIDS[1]})"
SMI
chmod 755 "$root/bin/nvidia-smi"
`;

ofDocker(
  "where the engine has NVIDIA's hook, one short container lists the GPUs by UUID",
  async () => {
    await using daemon = await startPrivateEngine({ nvidiaHook: HOOK });
    await using engine = await daemon.connect();
    const signal = new AbortController().signal;
    const labels = helperLabels("test", "list-gpus");
    const info = await engine.info();
    const find = (gpu: { devices: "all" | string[]; perTask?: number }) => {
      const wish = { vendor: "nvidia", tasksPerGpu: 1, ...gpu } as const;
      const config = testConfig("/nowhere", { executor: { gpu: wish } });
      return findGpus({ engine, config, info, labels, signal });
    };
    const found = { vendor: "nvidia", way: "nvidia", isListed: true };
    assert.deepEqual(await find({ devices: "all", perTask: 1 }), { ...found, ids: UUIDS });
    assert.deepEqual(await find({ devices: ["1"], perTask: 1 }), { ...found, ids: [UUIDS[1]] });
    await assert.rejects(
      find({ devices: ["2"], perTask: 1 }),
      /names "2".*GPU-4404041a-04cf, GPU-79/,
    );
    // Without leases nobody needs to know.
    assert.deepEqual(await find({ devices: "all" }), { ...found, ids: "all", isListed: false });
    assert.deepEqual(await engine.listContainers({ labels: {}, all: true }), []);
  },
);
