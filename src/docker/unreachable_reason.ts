import { dockerText, type Text, verbatim } from "../i18n/mod.ts";
import type { Endpoint } from "./endpoint.ts";

/** Why a connection to an endpoint did not come about or broke, and what to do about it. */
export function reasonOf(error: unknown, endpoint: Endpoint): Text {
  const words = wordsOf(error);
  const has = (pattern: RegExp) => pattern.test(words);
  if (has(/\bEACCES\b|\bEPERM\b|permission denied|operation not permitted|access is denied/i)) {
    return endpoint.kind === "npipe"
      ? dockerText.reasonPipePermission
      : dockerText.reasonSocketPermission({ path: pathOf(endpoint) });
  }
  if (has(/\bENOENT\b|no such file|cannot find the (?:file|path)/i)) {
    return dockerText.reasonMissing;
  }
  if (has(/\bECONNREFUSED\b|connection refused|actively refused/i)) return dockerText.reasonRefused;
  if (has(/dns error|ENOTFOUND|EAI_AGAIN|lookup address/i)) return dockerText.reasonHostUnknown;
  if (has(/certificate|\btls\b|handshake|InvalidContentType|corrupt message/i)) {
    return dockerText.reasonTls({ detail: words });
  }
  return verbatim(words);
}

/** An error's message with the deepest cause's, which is where fetch keeps the system's words. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error && typeof error.code === "string" ? `${error.code} ` : "";
  return error.cause instanceof Error ? wordsOf(error.cause) : code + shortened(error.message);
}

/** Without fetch's preamble, which repeats the address. */
function shortened(message: string): string {
  return message.replace(/^error sending request.*?: (?=\S)(?:client error \(\w+\): )?/, "");
}

function pathOf(endpoint: Endpoint): string {
  return endpoint.kind === "tcp" ? endpoint.url : endpoint.path;
}
