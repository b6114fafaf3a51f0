import { appendFileSync } from "node:fs";

/** Of a tool's result so many characters are shown. */
const RESULT_CHARS = 2_000;
/** The log that stands in for a missing answer is at most this long; its end is what counts. */
const KEPT_CHARS = 64 * 1024;

/**
 * Tells in plain text what the agent does: on stdout, in a file, and for a fallback in memory. `conceal`
 * is asked for each text, and before a text is shortened: half a secret is still one.
 */
export function createTranscript(path, print, conceal) {
  let kept = "";
  const write = (text) => {
    const line = `${conceal(text).trimEnd()}\n`;
    print(line);
    kept = (kept + line).slice(-KEPT_CHARS);
    try {
      appendFileSync(path, line);
    } catch {
      // A full disk costs the log, not the work.
    }
  };
  return {
    note: (text) => write(`== ${text}`),
    event: (event) => lines(event, conceal).forEach(write),
    text: () => kept,
  };
}

function lines(event, conceal) {
  const shortened = (text) => shorten(conceal(text));
  switch (event.type) {
    case "message_end":
      return event.message?.role === "assistant" ? said(event.message, shortened) : [];
    case "tool_execution_end":
      return [indent(shortened(resultText(event.result)), event.isError ? "  ! " : "  | ")];
    case "auto_retry_start":
      return [`~ ${event.attempt}/${event.maxAttempts}: ${event.errorMessage}`];
    case "compaction_start":
      return ["~ compaction"];
    default:
      return [];
  }
}

function said({ content, errorMessage }, shortened) {
  const parts = Array.isArray(content) ? content : [];
  const texts = parts.flatMap((part) => {
    if (part.type === "text" && part.text.trim() !== "") return [part.text.trim()];
    if (part.type === "toolCall") return [`> ${part.name} ${shortened(callText(part.arguments))}`];
    return [];
  });
  return errorMessage ? [...texts, `! ${errorMessage}`] : texts;
}

function callText(args) {
  if (typeof args?.command === "string") return args.command;
  if (typeof args?.path === "string") return args.path;
  return JSON.stringify(args ?? {});
}

function resultText(result) {
  const parts = Array.isArray(result?.content) ? result.content : [];
  return parts.map((part) => part.type === "text" ? part.text : `[${part.type}]`).join("\n");
}

function shorten(text) {
  if (text.length <= RESULT_CHARS) return text;
  const half = RESULT_CHARS / 2;
  return `${text.slice(0, half)}\n[… ${text.length - RESULT_CHARS} …]\n${text.slice(-half)}`;
}

function indent(text, mark) {
  return text.trimEnd().split("\n").map((line) => mark + line).join("\n");
}
