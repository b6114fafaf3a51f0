import { jsonOrUndefined, readBounded } from "../util/mod.ts";

/** What the Server says of an error: `{"error": CODE, "message": TEXT}`. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
}

/** A whole answer, small enough for memory. */
export interface Answer {
  readonly status: number;
  /** The parsed JSON body; undefined when it is empty or no JSON. */
  readonly json: unknown;
  /** The Server's JSON error, if the body is one: only with it a status can be believed. */
  readonly refusal: Refusal | undefined;
  /** Where a redirect points, absolute. */
  readonly location: string | undefined;
  /** The beginning of a body that is not JSON, as one printable line. */
  readonly excerpt: string;
}

/**
 * Reads an answer whole.
 *
 * @throws {BodyTooLong} after `maxBytes`; whatever the connection throws
 */
export async function readAnswer(response: Response, maxBytes: number): Promise<Answer> {
  const { status } = response;
  const location = redirectOf(response);
  if (status === 204 || !response.body) {
    await response.body?.cancel();
    return { status, json: undefined, refusal: undefined, location, excerpt: "" };
  }
  const text = new TextDecoder().decode(await readBounded(response.body, maxBytes));
  const json = jsonOrUndefined(text);
  const refusal = status >= 400 ? refusalOf(json) : undefined;
  return { status, json, refusal, location, excerpt: json === undefined ? excerpt(text) : "" };
}

/** The target of a redirect, which nobody follows: the key is for the Server alone. */
function redirectOf(response: Response): string | undefined {
  const location = response.headers.get("location");
  if (response.status < 300 || response.status >= 400 || location === null) return undefined;
  return URL.parse(location, response.url)?.href ?? excerpt(location);
}

function refusalOf(json: unknown): Refusal | undefined {
  if (typeof json !== "object" || json === null) return undefined;
  if (!("error" in json) || typeof json.error !== "string") return undefined;
  const message = "message" in json && typeof json.message === "string" ? json.message : "";
  return { code: excerpt(json.error), message: excerpt(message) };
}

/** At most 200 characters of another program's words, on one line. */
export function excerpt(words: string): string {
  // deno-lint-ignore no-control-regex
  return words.slice(0, 200).toWellFormed().replaceAll(/[\s\x00-\x1f\x7f-\x9f]+/g, " ").trim();
}
