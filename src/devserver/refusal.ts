import type { HttpAnswer } from "./http_answer.ts";

/** The Server refuses a request, with an answer in its own form. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly answer: HttpAnswer;

  constructor(answer: HttpAnswer) {
    super(`refused with ${answer.status}`);
    this.answer = answer;
  }
}

/** An answer of JSON. */
export function json(value: unknown, status = 200) {
  const headers = { "content-type": "application/json" };
  return { status, headers, body: JSON.stringify(value) } satisfies HttpAnswer;
}

function refusal(status: number, error: string, message: string): Refusal {
  return new Refusal(json({ error, message }, status));
}

/** The Server's refusals, in the real one's words. */
export const refuse = {
  auth: () => refusal(401, "Auth", "认证错误: API Key 无效"),
  forbidden: () => refusal(403, "Forbidden", "权限不足"),
  notFound: () => refusal(404, "NotFound", "资源不存在"),
  bad: (message: string) => refusal(400, "BadRequest", message),
  conflict: (message: string) => refusal(409, "Conflict", message),
  internal: () => refusal(500, "Internal", "服务器内部错误"),
  rateLimited: () => {
    const answer = json({ error: "RateLimited", message: "请求过于频繁,请稍后再试" }, 429);
    // Always a minute, as on the real Server, however soon the next request would pass.
    return new Refusal({ ...answer, headers: { ...answer.headers, "retry-after": "60" } });
  },
  /** A body of the wrong shape: plain text, as the framework under the Server says it. */
  shape: (what: string) =>
    new Refusal({
      status: 422,
      headers: { "content-type": "text/plain; charset=utf-8" },
      body: `Failed to deserialize the JSON body into the target type: ${what}`,
    }),
  tooLarge: () =>
    new Refusal({
      status: 413,
      headers: { "content-type": "text/plain; charset=utf-8" },
      body: "Failed to buffer the request body: length limit exceeded",
    }),
} as const;
