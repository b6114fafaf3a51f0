import type * as z from "zod/mini";
import { serverText } from "../i18n/mod.ts";
import { inEnglish } from "../util/mod.ts";
import type { Answer } from "./answer.ts";
import { ServerError } from "./server_error.ts";
import { type CallFacts, troubleOf } from "./trouble.ts";

/**
 * The body of a successful answer, checked. Unknown fields are ignored.
 *
 * @throws {ServerError} by the status; an outage where a 2xx does not carry what the Server would send
 */
export function expectBody<T>(call: CallFacts, answer: Answer, schema: z.ZodMiniType<T>): T {
  if (answer.status !== 200 && answer.status !== 201) throw troubleOf(call, answer);
  const result = schema.safeParse(answer.json, inEnglish);
  if (result.success) return result.data;
  const [{ path, message }] = result.error.issues;
  const why = answer.json === undefined ? answer.excerpt : `${path.join(".")}: ${message}`;
  const text = serverText.notTheServer({
    call: call.name,
    url: call.url,
    status: answer.status,
    why: why || "-",
  });
  throw new ServerError(text, {
    kind: "outage",
    status: answer.status,
    code: "not_the_server",
    sent: "maybe",
  });
}
