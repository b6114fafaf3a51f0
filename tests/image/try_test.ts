import assert from "node:assert/strict";
import { join } from "@std/path";

import { createWorld } from "../e2e/world.ts";
import { TEST_IMAGE, withTestEngine } from "../support/engine.ts";
import { type Ended, runProgram, startProgram } from "./program.ts";

/** What `try --json` prints, as far as the tests look at it. */
interface Result {
  readonly task_id: string;
  readonly status: string;
  readonly problem: string | null;
  readonly last_words: string | null;
  readonly exit_code: number | null;
  readonly seconds: number;
  readonly memory_peak: number | null;
  readonly files: readonly {
    readonly name: string;
    readonly size: number;
    readonly path: string;
  }[];
  readonly skipped_files: readonly { readonly name: string; readonly reason: string }[];
  readonly workspace: string;
  readonly log: string;
  readonly container: string | null;
}

/** A folder with a configuration whose tasks run this script. */
async function withFolder(
  script: string,
  body: (folder: string) => Promise<void>,
  settings = "",
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "agent-core-" });
  try {
    const config = `[executor]
executor_type = "custom"
image = ${JSON.stringify(TEST_IMAGE)}
custom_entrypoint = ["sh", "-c"]
custom_args = [${JSON.stringify(script)}]
${settings}
`;
    await Deno.writeTextFile(join(folder, "config.toml"), config, { mode: 0o600 });
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function resultOf({ code, stdout, stderr }: Ended, expected = 0): Result {
  assert.equal(code, expected, stderr);
  return JSON.parse(stdout);
}

async function names(folder: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(folder));
  return entries.map(({ name }) => name).sort();
}

Deno.test("a task runs without a Server, and its files are shown", () =>
  withTestEngine((engine) =>
    withFolder(
      "echo hello; echo careful >&2; cat input/01-a.txt > output/copy; ln -s /etc/passwd output/link; " +
        "echo answer > output/response.md; sleep 1",
      async (folder) => {
        await Deno.writeTextFile(join(folder, "a.txt"), "some data");
        const args = ["try", "--prompt", "copy it", "--input", "a.txt"];
        const shown = await runProgram(args, { cwd: folder });
        assert.equal(shown.code, 0, shown.stderr);
        assert.match(shown.stdout, /^hello\n/);
        assert.match(shown.stderr, /careful/);
        assert.match(shown.stdout, /Completed\nexit code 0, \d+\.\d s, peak memory .*iB/);
        assert.match(
          shown.stdout,
          /would be uploaded: 2[^]*output\/response\.md[^]*output\/copy/,
        );
        assert.match(shown.stdout, /Left out:\n {2}output\/link {2}\S+/);

        const result = resultOf(await runProgram([...args, "--json"], { cwd: folder }));
        assert.equal(result.status, "completed");
        assert.equal(result.exit_code, 0);
        assert.ok(result.seconds >= 1);
        assert.ok(result.memory_peak! > 0);
        assert.deepEqual(result.files.map(({ name, size }) => [name, size]), [
          ["output/response.md", 7],
          ["output/copy", 9],
        ]);
        assert.equal(await Deno.readTextFile(result.files[1].path), "some data");
        assert.deepEqual(result.skipped_files.map(({ name }) => name), ["output/link"]);
        assert.match(await Deno.readTextFile(result.log), /hello/);
        // The earlier results have made room, and no container is left.
        assert.deepEqual(await names(join(folder, "data", "try")), ["last"]);
        assert.equal(await engine.inspectContainer(`open-aaas-task-${result.task_id}`), undefined);
      },
    )
  ));

Deno.test("--keep keeps container and folder, and its task.json can be tried again", () =>
  withTestEngine((engine) =>
    withFolder("cat task.json input/01-a.txt > output/all", async (folder) => {
      await Deno.writeTextFile(join(folder, "a.txt"), "once more");
      const args = [
        "try",
        "--json",
        "--prompt",
        "first",
        "--output-prompt",
        "form",
        "--input",
        "a.txt",
      ];
      const kept = resultOf(await runProgram([...args, "--keep"], { cwd: folder }));
      try {
        assert.ok(await engine.inspectContainer(kept.container!));
        const task = join(kept.workspace, "task.json");
        const again = resultOf(
          await runProgram(["try", "--json", "--task", task], { cwd: folder }),
        );
        const text = await Deno.readTextFile(again.files[0].path);
        const sheet = JSON.parse(text.slice(0, text.lastIndexOf("}") + 1));
        assert.equal(sheet.task_prompt, "first");
        assert.equal(sheet.prompt, "first");
        assert.equal(sheet.output_prompt, "form");
        assert.equal(sheet.input_files[0].local_path, "input/01-a.txt");
        assert.match(text, /once more$/);
        assert.deepEqual(await names(join(folder, "data", "try")), ["last", kept.task_id].sort());
      } finally {
        await engine.removeContainer(kept.container!, { force: true });
      }
    })
  ));

Deno.test("a task that fails says why, with its files, and the exit code is 1", () =>
  withFolder("echo part > output/part; echo 'no such gene' >&2; exit 3", async (folder) => {
    const args = ["try", "--prompt", "x"];
    const result = resultOf(await runProgram([...args, "--json"], { cwd: folder }), 1);
    assert.equal(result.status, "failed");
    assert.equal(result.exit_code, 3);
    assert.equal(result.last_words, "no such gene");
    assert.deepEqual(result.files.map(({ name }) => name), ["output/part"]);
    const shown = await runProgram(args, { cwd: folder });
    assert.equal(shown.code, 1);
    assert.match(shown.stdout, /Failed: .*exit code 3[^]*no such gene/);
  }));

Deno.test("the time limit counts as in run", () =>
  withFolder("echo early > output/early; sleep 600", async (folder) => {
    const result = resultOf(await runProgram(["try", "--json", "-p", "x"], { cwd: folder }), 1);
    assert.match(result.problem!, /time limit/);
    assert.deepEqual(result.files.map(({ name }) => name), ["output/early"]);
  }, "timeout_minutes = 0.05"));

Deno.test("what the container's user owns and hides is collected, and removed next time", () =>
  withFolder(
    "mkdir -m 700 output/private; echo secret > output/private/file; chmod 600 output/private/file",
    async (folder) => {
      const args = ["try", "--json", "-p", "x"];
      for (let n = 0; n < 2; n++) {
        const result = resultOf(await runProgram(args, { cwd: folder }));
        assert.deepEqual(result.files.map(({ name }) => name), ["output/private/file"]);
        assert.equal(await Deno.readTextFile(result.files[0].path), "secret\n");
      }
    },
    '[sandbox]\nuser = "1000:1000"',
  ));

Deno.test("Ctrl+C stops the container and leaves nothing behind", () =>
  withTestEngine((engine) =>
    withFolder("trap 'exit 0' TERM; sleep 600 & wait", async (folder) => {
      const program = startProgram(["try", "-p", "x"], { cwd: folder });
      await program.said(/runs in container/);
      program.kill("SIGINT");
      const { code, stderr } = await program.ended;
      assert.equal(code, 130, stderr);
      const [, container] = stderr.match(/in container (\w+)/)!;
      assert.equal(await engine.inspectContainer(container), undefined);
      assert.deepEqual(await names(join(folder, "data", "try")), []);
    })
  ));

Deno.test("what a killed try has left, the next one removes; a living and a kept one stay", () =>
  withTestEngine((engine) =>
    withFolder("[ -e input/01-wait ] && sleep 600; echo x > output/x", async (folder) => {
      await Deno.writeTextFile(join(folder, "wait"), "");
      const again = ["try", "--json", "-p", "x"];
      const begin = async () => {
        const program = startProgram([...again, "--input", "wait"], { cwd: folder });
        await program.said(/runs in container/);
        return program;
      };
      const containerOf = ({ stderr }: { stderr: string }) =>
        stderr.match(/in container (\w+)/)![1];
      const kept = resultOf(await runProgram([...again, "--keep"], { cwd: folder }));
      const living = await begin();
      const killed = await begin();
      killed.kill("SIGKILL");
      const left = containerOf(await killed.ended);
      const at = join(folder, "data", "try");
      try {
        assert.ok(await engine.inspectContainer(left));
        const next = await runProgram(again, { cwd: folder });
        assert.equal(next.code, 0, next.stderr);
        assert.match(next.stderr, /Clearing up after try-\w+, which was cut off/);
        assert.equal(await engine.inspectContainer(left), undefined);
        assert.ok(await engine.inspectContainer(kept.container!));
        // Those that stay, the last result, and the lock of the one that lives.
        const rest = (await names(at)).filter((name) => !["last", kept.task_id].includes(name));
        assert.deepEqual(rest, [rest[0], `${rest[0]}.lock`, `${rest[0]}.lock-journal`]);
        living.kill("SIGINT");
        const ended = await living.ended;
        assert.equal(ended.code, 130, ended.stderr);
        assert.deepEqual(await names(at), ["last", kept.task_id].sort());
        assert.doesNotMatch((await runProgram(again, { cwd: folder })).stderr, /Clearing up/);
      } finally {
        for (const id of [kept.container!, left]) {
          await engine.removeContainer(id, { force: true }).catch(() => {});
        }
      }
    })
  ));

Deno.test("of a run under a second no peak is told", () =>
  withFolder("true", async (folder) => {
    const args = ["try", "-p", "x"];
    assert.equal(
      resultOf(await runProgram([...args, "--json"], { cwd: folder })).memory_peak,
      null,
    );
    assert.match((await runProgram(args, { cwd: folder })).stdout, /peak memory not measured/);
  }));

Deno.test("the container is the one that run would make", async () => {
  const script = "env | grep -v -e TASK_ID -e HOSTNAME | sort; id; pwd; ulimit -n; " +
    "grep -e Cap -e NoNewPrivs -e Seccomp /proc/self/status; cat /proc/1/comm; " +
    "df -k /dev/shm | tail -1; mount | grep -c workspace; touch /x; ls -ld /workspace output; " +
    "cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max; " +
    "cat /sys/fs/cgroup/pids/pids.max /sys/fs/cgroup/pids.max";
  await using world = await createWorld({
    settings: {
      executor: {
        custom_entrypoint: ["sh", "-c"],
        custom_args: [`(${script}) > output/facts 2>&1; true`],
        memory_limit: "64m",
        timeout_minutes: 5,
      },
      sandbox: { pids_limit: 99, nofile_limit: 1234, shm_size: "1m" },
    },
  });
  const options = { cwd: world.folder };
  const tried = resultOf(await runProgram(["try", "--json", "-p", "x"], options));
  await world.startAgent();
  const task = await world.submit("");
  await world.ended(task);
  const facts = (await world.outputs(task.id)).get("output/facts");
  const ours = await Deno.readTextFile(tried.files[0].path);
  const mask = (text: string) => text.replaceAll(/\d\d:\d\d/g, "time");
  assert.match(ours, /NoNewPrivs:\s*1/);
  assert.equal(mask(ours), mask(new TextDecoder().decode(facts)));
});

Deno.test("it needs no configuration, and says what is missing", async (t) => {
  const folder = await Deno.makeTempDir({ prefix: "agent-core-" });
  const options = { cwd: folder };
  try {
    await t.step("no configuration at all", async () => {
      const args = ["try", "--image", TEST_IMAGE, "--json", "--prompt", "x"];
      const result = resultOf(await runProgram(args, options));
      assert.equal(result.exit_code, 0);
      assert.deepEqual(await names(folder), ["data"]);
      const shown = await runProgram(args.filter((arg) => arg !== "--json"), options);
      assert.match(shown.stdout, /No file would be uploaded/);
    });
    await t.step("a configuration that was named must be there", async () => {
      const { code } = await runProgram(["try", "-p", "x", "--config", "none.toml"], options);
      assert.equal(code, 2);
    });
    await t.step("no prompt", async () => {
      const { code, stderr } = await runProgram(["try", "--image", TEST_IMAGE], options);
      assert.equal(code, 2, stderr);
      assert.match(stderr, /--prompt.*--task.*task\.md/);
    });
    await t.step("two prompts", async () => {
      const { code } = await runProgram(["try", "-p", "x", "--task", "y"], options);
      assert.equal(code, 2);
    });
    await t.step("no such input", async () => {
      const { code, stderr } = await runProgram(["try", "-p", "x", "--input", "none.csv"], options);
      assert.equal(code, 1);
      assert.match(stderr, /Cannot read .*none\.csv/);
    });
    await t.step("a folder as input", async () => {
      const { code, stderr } = await runProgram(["try", "-p", "x", "--input", "data"], options);
      assert.equal(code, 1);
      assert.match(stderr, /not a regular file/);
    });
    await t.step("no such image", async () => {
      const image = "agent-core-test-none:missing";
      const { code, stderr } = await runProgram(["try", "-p", "x", "--image", image], options);
      assert.equal(code, 1);
      assert.match(stderr, /agent-core-test-none:missing[^]*(docker|podman) build/);
    });
    await t.step("a task.json that says nothing to do", async () => {
      for (const name of ["task.json", "task.txt"]) {
        await Deno.writeTextFile(join(folder, name), '{"task_id": "1", "input_files": []}');
        const { code, stderr } = await runProgram(["try", "--task", name], options);
        assert.equal(code, 1, name);
        assert.match(stderr, /has no task_prompt/);
      }
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
