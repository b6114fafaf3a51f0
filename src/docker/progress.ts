import type { Text } from "../i18n/mod.ts";
import type { Caller, CallRequest, OpenCall } from "./call.ts";
import { EngineError } from "./engine_error.ts";
import { progressLine } from "./image_answers.ts";
import { jsonLines } from "./json_lines.ts";

/** One line of it. */
type Progress = ReturnType<typeof progressLine.parse>;

/** Makes of what an engine says to a failed pull or build the whole message, and what may be told of it. */
type Refused = (detail: string) => { readonly text: Text; readonly detail: string };

/** Makes a call that answers with a stream of progress, and says which pull or build a refusal was about. */
export async function followProgress(
  caller: Caller,
  request: CallRequest,
  failed: Refused,
  onLine: (line: Progress) => void,
): Promise<void> {
  try {
    await caller.call(request, (open) => readProgress(open, failed, onLine));
  } catch (error) {
    if (!(error instanceof EngineError) || error.status === undefined || error.unreachable) {
      throw error;
    }
    const { status, detail: said = "" } = error;
    const { text, detail } = failed(said);
    // The cause would tell what was left out.
    throw new EngineError(text, { status, detail, cause: detail === said ? error : undefined });
  }
}

/** Reads a stream of progress to its end. An error line in it is the end of it all, status 200 or not. */
async function readProgress(
  open: OpenCall,
  failed: Refused,
  onLine: (line: Progress) => void,
): Promise<void> {
  const touching = async function* () {
    for await (const chunk of open.body()) {
      open.watch.touch();
      yield chunk;
    }
  };
  for await (const value of jsonLines(touching())) {
    const line = progressLine.safeParse(value);
    if (!line.success) continue;
    const said = line.data.error ?? line.data.errorDetail?.message;
    if (said) {
      const { text, detail } = failed(said);
      throw new EngineError(text, { detail });
    }
    onLine(line.data);
  }
}
