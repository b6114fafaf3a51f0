import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Failed } from "./failures.mjs";

/** Reads /workspace/task.json. */
export function readTask(workspace) {
  const path = join(workspace, "task.json");
  let sheet;
  try {
    sheet = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new Failed("noTask", { path, reason: error.message });
  }
  const prompt = text(sheet?.task_prompt) || text(sheet?.prompt);
  if (prompt === "") throw new Failed("noPrompt", { path });
  return {
    prompt,
    outputPrompt: text(sheet.output_prompt),
    files: Array.isArray(sheet.input_files) ? sheet.input_files : [],
  };
}

function text(value) {
  return typeof value === "string" ? value.trim() : "";
}

/** The first step: the work itself. */
export function taskPrompt({ prompt, files }, secondsLeft) {
  return [
    "# Task",
    prompt,
    "# Input files",
    files.length === 0 ? "None." : files.map(inputLine).join("\n"),
    "# Results",
    "You are in /workspace. Files of the result go to /workspace/output/. The main answer, for the " +
    "person who set the task, goes to /workspace/output/response.md. Nothing else is handed over.",
    ...Number.isFinite(secondsLeft)
      ? [`Your time is up in ${Math.floor(secondsLeft)} seconds.`]
      : [],
  ].join("\n\n");
}

function inputLine({ local_path, filename, mime_type, size_bytes }) {
  const facts = [filename, mime_type, size_bytes == null ? null : `${size_bytes} bytes`];
  return `- /workspace/${local_path} (${facts.filter((fact) => fact != null).join(", ")})`;
}

/** The second step: the same answer, in the form that was asked for. */
export function formPrompt({ outputPrompt }) {
  return [
    "# Form of the answer",
    "The work is done. Now bring the answer into this form:",
    outputPrompt,
    "Write it to /workspace/output/response.md, in place of what is there; further files that the form " +
    "asks for go to /workspace/output/ as well. Change nothing of the content, and add no remarks. " +
    "Then reply with the single word DONE.",
  ].join("\n\n");
}
