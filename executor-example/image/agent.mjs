import { spawn } from "node:child_process";
import { accessSync, constants, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { Failed, failureOf } from "./failures.mjs";
import { readLines } from "./read_lines.mjs";
import { agentSetup } from "./settings.mjs";

/** Milliseconds that the agent has to end its tools when its time is over. */
const GRACE_MS = 1_500;
/** Of what the agent says on stderr, so many of the last characters are kept… */
const STDERR_CHARS = 4_000;
/** …and so many before them until secrets are concealed, so that none is cut in two and shown in part. */
const LEAD_CHARS = 16_000;

/**
 * The agent, ready to be asked. Every question continues the conversation; the answer is the last thing
 * that it said.
 */
export function createAgent({ settings, places, transcript, conceal, signal }) {
  const { provider, id, files } = agentSetup(settings, places);
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(places.configuration, name), JSON.stringify(content, null, 2), {
      mode: 0o600,
    });
  }
  const skills = join(places.image, "skills");
  const args = [
    places.program,
    ...["--mode", "json", "--session", places.session, "--offline"],
    ...["--provider", provider, "--model", id, "--thinking", settings.thinking],
    ...["--system-prompt", join(places.image, "system-prompt.md")],
    // Nothing of the workspace steers the agent: what lies there came from strangers.
    ...["--no-approve", "--no-context-files", "--no-extensions", "--no-prompt-templates"],
    ...["--no-skills", ...existsSync(skills) ? ["--skill", skills] : []],
  ];
  const options = {
    cwd: places.workspace,
    env: environment(places),
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
  };
  return { run: (prompt) => ask({ args, options, prompt, transcript, conceal, signal }) };
}

async function ask({ args, options, prompt, transcript, conceal, signal }) {
  signal.throwIfAborted();
  const child = spawn(process.execPath, args, options);
  const stop = () => end(child);
  signal.addEventListener("abort", stop);
  const ended = new Promise((resolve) => {
    child.on("error", (error) => resolve({ code: null, error }));
    child.on("close", (code) => resolve({ code }));
  });
  let stderr = "";
  child.stderr.setEncoding("utf8").on(
    "data",
    (text) => stderr = (stderr + text).slice(-STDERR_CHARS - LEAD_CHARS),
  );
  child.stdin.on("error", () => {}).end(prompt);
  let last;
  await readLines(child.stdout, (line) => {
    const event = parse(line);
    if (event?.type === "message_end" && event.message?.role === "assistant") last = event.message;
    if (event) transcript.event(event);
  });
  const { code, error } = await ended;
  signal.removeEventListener("abort", stop);
  signal.throwIfAborted();
  const reply = conceal(textOf(last));
  const failure = (said, otherwise) => failureOf(conceal(said), otherwise, reply);
  if (last === undefined || code !== 0) {
    // It ends before it asks anything when model or key are not what it can use.
    if (last?.stopReason !== "error") {
      const words = conceal(stderr).slice(-STDERR_CHARS).trim();
      throw failure(words || error?.message || `exit code ${code}`, "crashed");
    }
  }
  if (last.stopReason === "length") throw new Failed("outputLimit", {}, reply);
  if (last.stopReason === "error" || last.stopReason === "aborted") {
    throw failure(last.errorMessage ?? last.stopReason, "modelFailed");
  }
  return reply;
}

/** The agent and what it has started. */
function end(child) {
  const kill = (signal) => {
    try {
      process.kill(-child.pid, signal);
    } catch {
      // It has ended already.
    }
  };
  kill("SIGTERM");
  setTimeout(() => {
    kill("SIGKILL");
    // A tool in a group of its own may hold the pipe; the container's end is its end.
    child.stdout.destroy();
    child.stderr.destroy();
  }, GRACE_MS).unref();
}

function environment({ configuration }) {
  return {
    ...process.env,
    HOME: writableHome(configuration),
    PI_CODING_AGENT_DIR: configuration,
    PI_OFFLINE: "1",
    PI_SKIP_VERSION_CHECK: "1",
    PI_TELEMETRY: "0",
  };
}

/** With a read-only root, or another user than the image's, the home folder is none. */
function writableHome(configuration) {
  try {
    accessSync(homedir(), constants.W_OK);
    return homedir();
  } catch {
    const home = join(configuration, "home");
    mkdirSync(home, { recursive: true });
    return home;
  }
}

function parse(line) {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function textOf(message) {
  const parts = Array.isArray(message?.content) ? message.content : [];
  return parts.filter(({ type }) => type === "text").map(({ text }) => text).join("\n").trim();
}
