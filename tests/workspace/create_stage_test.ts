import assert from "node:assert/strict";
import { join } from "@std/path";
import { folderName, taskPaths } from "../../src/data_folder/mod.ts";
import {
  createWorkspace,
  DiskFull,
  InputRefused,
  type InputSheet,
  type InputSink,
  stageInputs,
  type TaskSheet,
} from "../../src/workspace/mod.ts";
import { Failure } from "../../src/i18n/mod.ts";
import { sh, withLab } from "./lab.ts";

const workspacePath = (dataDir: string, taskId: string) =>
  taskPaths(dataDir, folderName(taskId)).workspace;

const input = (filename: string, sizeBytes: number | null = null, id = filename): InputSheet => ({
  id,
  filename,
  mimeType: null,
  sizeBytes,
});
const task = (inputFiles: readonly InputSheet[] = [], id = "t1"): TaskSheet => ({
  id,
  taskPrompt: "做点什么",
  outputPrompt: null,
  sessionId: "s",
  inputFiles,
});
const text = (words: string) => new TextEncoder().encode(words);
const exists = (path: string) => Deno.lstat(path).then(() => true, () => false);

Deno.test("createWorkspace makes a folder that any user may write to, below one that nobody else enters", async () => {
  await withLab(async ({ base }) => {
    const dataDir = join(base, "data");
    const { dir, inputs } = await createWorkspace({
      dataDir,
      task: task([input("a.csv", 3, "f1"), input("a.csv", null, "f2")]),
      attempt: 1,
    });
    assert.equal(dir, workspacePath(dataDir, "t1"));
    assert.deepEqual(inputs.map((file) => file.localPath), ["input/01-a.csv", "input/02-a.csv"]);
    assert.deepEqual(JSON.parse(await Deno.readTextFile(join(dir, "task.json"))), {
      task_id: "t1",
      task_prompt: "做点什么",
      prompt: "做点什么",
      output_prompt: null,
      session_id: "s",
      input_files: [
        {
          id: "f1",
          filename: "a.csv",
          mime_type: null,
          size_bytes: 3,
          local_path: "input/01-a.csv",
        },
        {
          id: "f2",
          filename: "a.csv",
          mime_type: null,
          size_bytes: null,
          local_path: "input/02-a.csv",
        },
      ],
    });
    if (Deno.build.os === "windows") return;
    const mode = async (path: string) => ((await Deno.lstat(path)).mode ?? 0) & 0o777;
    assert.equal(await mode(join(dataDir, "workspaces")), 0o700);
    for (const folder of ["", "input", "output"]) {
      assert.equal(await mode(join(dir, folder)), 0o777, folder);
    }
    assert.equal(await mode(join(dir, "task.json")), 0o666);
  });
});

Deno.test("createWorkspace sets aside what is there, a link too, and never writes through it", async () => {
  await withLab(async ({ base, outside }) => {
    const dataDir = base;
    const dir = workspacePath(dataDir, "t1");
    await createWorkspace({ dataDir, task: task(), attempt: 1 });
    await Deno.writeTextFile(join(dir, "output", "old"), "old");
    await createWorkspace({ dataDir, task: task(), attempt: 2 });
    assert.equal(await exists(join(dir, "output", "old")), false);
    assert.equal(await Deno.readTextFile(`${dir}.old-1/output/old`), "old");
    await Deno.rename(dir, `${dir}.moved`);
    await Deno.symlink(outside, dir);
    await createWorkspace({ dataDir, task: task(), attempt: 2 });
    assert.equal((await Deno.lstat(`${dir}.old-2`)).isSymlink, true);
    assert.equal(await exists(join(outside, "task.json")), false);
  });
});

Deno.test("createWorkspace refuses a folder of workspaces that is a link", async () => {
  await withLab(async ({ base, outside }) => {
    const dataDir = join(base, "data");
    await Deno.mkdir(dataDir);
    await Deno.symlink(outside, join(dataDir, "workspaces"));
    await assert.rejects(
      createWorkspace({ dataDir, task: task(), attempt: 1 }),
      (error) => error instanceof Failure && error.message.includes("workspaces"),
    );
    assert.deepEqual((await Array.fromAsync(Deno.readDir(outside))).map((e) => e.name), ["secret"]);
  });
});

Deno.test("an id or a name that could leave the folder never does", async () => {
  await withLab(async ({ base }) => {
    const hostile = ["..", "../../x", "/etc/passwd", "a\0b", "x".repeat(10_000), "", "."];
    for (const id of hostile) {
      const files = hostile.map((name) => input(name, 1, name));
      const workspace = await createWorkspace({ dataDir: base, task: task(files, id), attempt: 1 });
      const download = async (_: unknown, sink: InputSink) => await sink.write(text("x"));
      await stageInputs({ workspace, download, minFree: 0 });
      assert.equal(join(workspace.dir, ".."), join(base, "workspaces"));
      const staged = await Array.fromAsync(Deno.readDir(join(workspace.dir, "input")));
      assert.equal(staged.length, hostile.length);
      assert.ok(staged.every((entry) => entry.isFile));
    }
  });
});

async function stage(
  base: string,
  files: readonly InputSheet[],
  download: (file: InputSheet, sink: InputSink) => Promise<void>,
  options: { maxBytes?: number; minFree?: number; signal?: AbortSignal } = {},
): Promise<string> {
  const workspace = await createWorkspace({ dataDir: base, task: task(files), attempt: 1 });
  await stageInputs({ workspace, download, minFree: 0, ...options });
  return workspace.dir;
}

Deno.test("stageInputs writes each file, also after a download that began again", async () => {
  await withLab(async ({ base }) => {
    const files = [input("a", 5), input("empty", 0), input("b", null)];
    const dir = await stage(base, files, async (file, sink) => {
      if (file.id === "empty") return;
      await sink.write(text("wr"));
      await sink.restart();
      for (const part of ["he", "l", "lo"]) await sink.write(text(part));
    });
    assert.equal(await Deno.readTextFile(join(dir, "input/01-a")), "hello");
    assert.equal(await Deno.readTextFile(join(dir, "input/02-empty")), "");
    assert.equal(await Deno.readTextFile(join(dir, "input/03-b")), "hello");
    assert.equal(((await Deno.lstat(join(dir, "input/01-a"))).mode ?? 0o666) & 0o777, 0o666);
  });
});

Deno.test("sizes that lie and endless inputs are refused, and nothing of the folder is left", async () => {
  await withLab(async ({ base }) => {
    const dir = workspacePath(base, "t1");
    const endless = async (_: unknown, sink: InputSink) => {
      while (true) await sink.write(new Uint8Array(1000));
    };
    await assert.rejects(stage(base, [input("a", 5)], endless), InputRefused);
    assert.equal(await exists(dir), false);
    const short = async (_: unknown, sink: InputSink) => await sink.write(text("x"));
    await assert.rejects(stage(base, [input("a", 5)], short), InputRefused);
    assert.equal(await exists(dir), false);
    await assert.rejects(stage(base, [input("a")], endless, { maxBytes: 100_000 }), InputRefused);
    await assert.rejects(stage(base, [input("a", 9)], short, { maxBytes: 8 }), InputRefused);
    await assert.rejects(stage(base, [input("a", 2 ** 52)], short), DiskFull);
    await assert.rejects(stage(base, [input("a")], endless, { minFree: 2 ** 52 }), DiskFull);
    assert.equal(await exists(dir), false);
  });
});

Deno.test("an aborted staging leaves nothing", async () => {
  await withLab(async ({ base }) => {
    const abort = new AbortController();
    const download = async (_: unknown, sink: InputSink) => {
      await sink.write(text("x"));
      abort.abort(new Error("shutdown"));
    };
    const { signal } = abort;
    await assert.rejects(stage(base, [input("a"), input("b")], download, { signal }), /shutdown/);
    assert.equal(await exists(workspacePath(base, "t1")), false);
  });
});

Deno.test("a staged file is made anew: one that is there, or a link, is never written to", async () => {
  await withLab(async ({ base, outside }) => {
    const workspace = await createWorkspace({
      dataDir: base,
      task: task([input("a")]),
      attempt: 1,
    });
    await Deno.symlink(join(outside, "secret"), join(workspace.dir, "input", "01-a"));
    const download = async (_: unknown, sink: InputSink) => await sink.write(text("evil"));
    await assert.rejects(stageInputs({ workspace, download, minFree: 0 }), /EEXIST/);
    assert.notEqual(await Deno.readTextFile(join(outside, "secret")), "evil");
  });
});

Deno.test("a disk that an input fills is said to be full, and what was staged is gone", {
  ignore: Deno.build.os !== "linux" || Deno.uid() !== 0,
}, async () => {
  await withLab(async ({ base }) => {
    const small = join(base, "small");
    await sh("mkdir small && mount -t tmpfs -o size=1m none small", base);
    try {
      const endless = async (_: unknown, sink: InputSink) => {
        while (true) await sink.write(new Uint8Array(65_536));
      };
      await assert.rejects(stage(small, [input("a")], endless), DiskFull);
      assert.deepEqual([...Deno.readDirSync(join(small, "workspaces"))], []);
    } finally {
      await sh(`umount "${small}"`, base);
    }
  });
});
