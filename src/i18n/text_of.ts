import { systemErrorOf, systemReason } from "./system_error.ts";
import { Failure, type Text } from "./text.ts";

/**
 * The words of any thrown value: those of a {@linkcode Failure}, why the system refused something, else
 * its message in both languages.
 */
export function textOf(error: unknown): Text {
  if (error instanceof Failure) return error.text;
  const refused = systemErrorOf(error);
  if (refused) return systemReason(refused);
  const message = error instanceof Error ? error.message : String(error);
  return { zh: message, en: message };
}

/** As {@linkcode textOf}, but without the path, for a sentence that names it itself. */
export function reasonOf(error: unknown): Text {
  const refused = systemErrorOf(error);
  return refused ? systemReason({ ...refused, path: undefined }) : textOf(error);
}
