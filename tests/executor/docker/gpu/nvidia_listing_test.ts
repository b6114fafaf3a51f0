import assert from "node:assert/strict";

import { parseNvidiaListing } from "../../../../src/executor/docker/gpu/nvidia_listing.ts";

Deno.test("GPUs are read from NVIDIA's listing; of one that is divided, its parts", () => {
  const text = `GPU 0: NVIDIA A100-SXM4-40GB (UUID: GPU-4404041a-04cf-1ccf-9e70-f139a9b1e23c)
GPU 1: NVIDIA A100-SXM4-40GB (UUID: GPU-79a2ba02-a537-ccbf-2965-8e9d90c0bd54)
  MIG 3g.20gb     Device  0: (UUID: MIG-7089d0f3-293f-58c9-8f8c-5ea6dbc60222)
  MIG 2g.10gb     Device  1: (UUID: MIG-56c30729-347f-5dd6-8da0-c3cc59e969e0)
`;
  assert.deepEqual(parseNvidiaListing(text), [
    { index: "0", uuid: "GPU-4404041a-04cf-1ccf-9e70-f139a9b1e23c" },
    { index: "1:0", uuid: "MIG-7089d0f3-293f-58c9-8f8c-5ea6dbc60222" },
    { index: "1:1", uuid: "MIG-56c30729-347f-5dd6-8da0-c3cc59e969e0" },
  ]);
});

Deno.test("anything else lists no GPU", () => {
  for (
    const text of ["", "No devices found.", "Failed to initialize NVML: Unknown Error", "GPU 0:"]
  ) {
    assert.deepEqual(parseNvidiaListing(text), [], text);
  }
});
