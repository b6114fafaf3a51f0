import type * as z from "zod/mini";
import type { FaultEffect } from "./faults.ts";
import type { FileStore } from "./file_store.ts";
import type { HttpAnswer } from "./http_answer.ts";
import type { HttpRequest } from "./http_server.ts";
import type { Settings } from "./settings.ts";
import { refuse } from "./refusal.ts";
import type { State } from "./state.ts";
import type { CallName, ClientRow, ServiceRow } from "./records.ts";
import { inEnglish } from "../util/mod.ts";

/** What every call may use. */
export interface Context {
  readonly state: State;
  readonly store: FileStore;
  readonly settings: Settings;
  readonly adminKey: string;
}

/** A request that found its route and was let in. */
export interface Call extends Context {
  readonly request: HttpRequest;
  readonly params: Readonly<Record<string, string>>;
  /** To be called with the task that the body names, before anything is done: a fault may be for it. */
  readonly concerns: (taskId: string) => Promise<void>;
  /** The fault that hits this call, if any. */
  readonly effect: () => FaultEffect | undefined;
}

/** A call with an agent's key. */
export type AgentCall = Call & { readonly service: ServiceRow };

/** A call with a client's key. */
export type ClientCall = Call & { readonly client: ClientRow };

type Act<C extends Call> = (call: C) => HttpAnswer | Promise<HttpAnswer>;

/** Who may call, and what is done. */
export type Route =
  & {
    readonly name: CallName;
    /** Method and path, like `POST /api/v1/agent/:service/poll`. */
    readonly at: string;
  }
  & (
    | { readonly by: "anybody" | "admin"; readonly act: Act<Call> }
    | { readonly by: "agent"; readonly act: Act<AgentCall> }
    | { readonly by: "client"; readonly act: Act<ClientCall> }
  );

/** Reads the whole body as JSON of a shape. @throws {Refusal} 413, or 422 for any other shape */
export async function readJson<T>(call: Call, shape: z.ZodMiniType<T>): Promise<T> {
  const text = await readText(() => call.request.body.read(), call.settings.maxBodyBytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refuse.shape("not JSON");
  }
  const parsed = shape.safeParse(value, inEnglish);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw refuse.shape(`${issue.path.join(".")}: ${issue.message}`);
}

/** Reads pieces to their end as UTF-8. @throws {Refusal} 413 above `most` bytes */
export async function readText(
  read: () => Promise<Uint8Array | undefined>,
  most: number,
): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for (let bytes = await read(); bytes; bytes = await read()) {
    size += bytes.length;
    if (size > most) throw refuse.tooLarge();
    text += decoder.decode(bytes, { stream: true });
  }
  return text + decoder.decode();
}
