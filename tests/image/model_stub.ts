/** What a model is asked, as far as the tests care. */
export interface Question {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: unknown }[];
  readonly tools: readonly string[];
  readonly authorization: string | null;
  /** How many questions came before this one. */
  readonly index: number;
}

/** What it answers. */
export interface Turn {
  readonly text?: string;
  /** Tools that the agent is to use: name and arguments. */
  readonly calls?: readonly { readonly name: string; readonly arguments: unknown }[];
  /** @default {"tool_calls" with calls, else "stop"} */
  readonly finish?: "stop" | "length" | "tool_calls" | "content_filter";
  /** Instead of an answer: a status and a body. */
  readonly refuse?: { readonly status: number; readonly body: unknown };
  /** Never answers at all. */
  readonly hang?: boolean;
  /** The connection breaks before the answer is over. */
  readonly cut?: boolean;
}

/** Runs a shell command. */
export const bash = (command: string): Turn => ({
  calls: [{ name: "bash", arguments: { command } }],
});

/** A model's HTTP API of the kind that most providers speak (OpenAI's chat completions, streamed). */
export interface ModelStub extends AsyncDisposable {
  readonly port: number;
  readonly questions: readonly Question[];
}

/** Starts a model that answers by this function; reachable from containers. */
export function startModel(answer: (question: Question) => Turn): ModelStub {
  const questions: Question[] = [];
  const closing = new AbortController();
  const server = Deno.serve(
    { port: 0, hostname: "0.0.0.0", onListen: () => {} },
    async (request) => {
      if (!new URL(request.url).pathname.endsWith("/chat/completions")) {
        return new Response("no such page", { status: 404 });
      }
      const body = await request.json();
      const question: Question = {
        model: body.model,
        messages: body.messages,
        tools: (body.tools ?? []).map((tool: { function: { name: string } }) => tool.function.name),
        authorization: request.headers.get("authorization"),
        index: questions.length,
      };
      questions.push(question);
      const turn = answer(question);
      if (turn.refuse) return Response.json(turn.refuse.body, { status: turn.refuse.status });
      if (turn.hang) {
        await new Promise<void>((resolve) => {
          closing.signal.addEventListener("abort", () => resolve());
        });
        return new Response(null, { status: 503 });
      }
      return new Response(turn.cut ? cutShort(stream(turn)) : stream(turn), {
        headers: { "content-type": "text/event-stream" },
      });
    },
  );
  return {
    port: server.addr.port,
    questions,
    async [Symbol.asyncDispose]() {
      closing.abort();
      await server.shutdown();
    },
  };
}

/** Most of a text, and then nothing more. */
function cutShort(text: string): ReadableStream<Uint8Array> {
  const most = new TextEncoder().encode(text.slice(0, text.indexOf('"finish_reason":"stop"')));
  return new ReadableStream({
    start: (controller) => controller.enqueue(most),
    pull: (controller) => controller.close(),
  });
}

function stream({ text, calls = [], finish }: Turn): string {
  const chunk = (delta: unknown, finish_reason: string | null = null) => ({
    id: "chatcmpl-1",
    object: "chat.completion.chunk",
    created: 1,
    model: "stub",
    choices: [{ index: 0, delta, finish_reason }],
  });
  const chunks: unknown[] = [chunk({ role: "assistant", content: "" })];
  if (text) chunks.push(chunk({ content: text }));
  calls.forEach((call, index) => {
    const { name } = call;
    const fn = { name, arguments: JSON.stringify(call.arguments) };
    const id = `call_${crypto.randomUUID().slice(0, 8)}`;
    chunks.push(chunk({ tool_calls: [{ index, id, type: "function", function: fn }] }));
  });
  chunks.push(chunk({}, finish ?? (calls.length > 0 ? "tool_calls" : "stop")));
  const usage = { prompt_tokens: 10, completion_tokens: 10, total_tokens: 20 };
  chunks.push({ ...chunk({}), choices: [], usage });
  return [...chunks.map((part) => JSON.stringify(part)), "[DONE]"]
    .map((data) => `data: ${data}\n\n`).join("");
}

/** The words of a message, whatever form they come in. */
export function wordsOf(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content.map((part: { text?: string }) => part.text ?? "").join("\n");
}
