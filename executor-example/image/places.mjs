import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const here = import.meta.dirname;
const workspace = process.env.AGENT_WORKSPACE ?? "/workspace";

/** Where everything is. */
export const PLACES = {
  /** The task's folder: all that agent-core sees of this container. */
  workspace,
  output: join(workspace, "output"),
  /** What is kept of the work without being a result: hidden entries of the top level stay behind. */
  log: join(workspace, ".agent", "log.txt"),
  session: join(workspace, ".agent", "session.jsonl"),
  /** Settings and keys that the owner of the machine mounts, read-only. */
  mounted: process.env.AGENT_MOUNT ?? "/run/agent",
  /** What the image brings along. */
  image: here,
  program: join(
    here,
    "node_modules",
    "@earendil-works",
    "pi-coding-agent",
    "dist",
    "bundle",
    "cli.js",
  ),
  /** The agent's own configuration, made anew each time: the root may be read-only. */
  configuration: mkdtempSync(join(tmpdir(), "agent-")),
};

/** Makes the folders that a task is free not to have. */
export function makeFolders() {
  mkdirSync(join(workspace, ".agent"), { recursive: true });
  mkdirSync(PLACES.output, { recursive: true });
}
