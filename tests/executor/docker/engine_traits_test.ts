import assert from "node:assert/strict";

import { EngineError } from "../../../src/docker/mod.ts";
import { traitsOf } from "../../../src/executor/docker/engine_traits.ts";

const docker = traitsOf({ name: "Docker" });
const podman = traitsOf({ name: "Podman" });

function refusal(status: number, detail: string): EngineError {
  return new EngineError({ en: detail, zh: detail }, { status, detail });
}

Deno.test("until an engine has answered it is taken for Docker", () => {
  assert.equal(traitsOf({ name: undefined }), docker);
  assert.notEqual(podman, docker);
});

Deno.test("a name that is taken, by each engine's answer", () => {
  const taken = 'container create: creating container storage: the container name "x" is already ' +
    "in use by 1f. You have to remove that container to be able to reuse that name: that name is already in use";
  assert.ok(podman.isNameTaken(refusal(500, taken)));
  assert.ok(!podman.isNameTaken(refusal(500, "container create: statfs /x: no such file")));
  assert.ok(docker.isNameTaken(refusal(409, "Conflict.")));
  assert.ok(!docker.isNameTaken(refusal(500, taken)));
});

Deno.test("what a refused start blames, by Podman's words alone", () => {
  // Of runc, but for the last of each.
  const starts: [127 | 126 | 128 | undefined, string][] = [
    [127, 'exec: "/no/x": stat /no/x: no such file or directory: OCI runtime attempted to invoke'],
    [
      127,
      'exec: "x": executable file not found in $PATH: OCI runtime attempted to invoke a command',
    ],
    [127, "crun: executable file `x` not found in $PATH: No such file or directory: OCI runtime"],
    [
      126,
      'error during container init: exec: "/etc/passwd": permission denied: OCI permission denied',
    ],
    [126, "crun: exec container process `/x`: Exec format error"],
    [128, "unable to find user nobody-x: no matching entries in passwd file"],
    [128, "unable to find group 7x: no matching entries in group file"],
    [undefined, 'error mounting "/d" to rootfs at "/x": stat /d: no such file or directory: OCI'],
    [undefined, "error setting rlimit type 6: operation not permitted: OCI permission denied"],
    [undefined, "could not find pasta, the network namespace can't be configured: not found"],
    [undefined, "setting up CDI devices: unresolvable CDI devices nvidia.com/gpu=0"],
  ];
  for (const [code, words] of starts) {
    assert.equal(podman.ownFault({ exitCode: 0, error: words }), code, words);
  }
});

Deno.test("what a refused start blames, by Docker's exit code and a user that is not there", () => {
  assert.equal(docker.ownFault({ exitCode: 127, error: "whatever" }), 127);
  assert.equal(docker.ownFault({ exitCode: 126, error: "whatever" }), 126);
  assert.equal(docker.ownFault({ exitCode: 128, error: "unable to find user x" }), 128);
  assert.equal(docker.ownFault({ exitCode: 128, error: "network x not found" }), undefined);
  assert.equal(docker.ownFault({ exitCode: 0, error: 'exec: "/x": no such file' }), undefined);
});
