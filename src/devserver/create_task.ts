import * as z from "zod/mini";
import { type Call, type ClientCall, readJson, readText } from "./call.ts";
import { readForm } from "./multipart.ts";
import type { FileFacts, FileStore, ReceivedFile } from "./file_store.ts";
import { refuse } from "./refusal.ts";
import type { State } from "./state.ts";
import type { DevTask, Submission, TaskRow } from "./records.ts";

/** What is known of a task before it is added. */
type NewTask =
  & { readonly id?: string }
  & Pick<
    DevTask,
    "serviceId" | "clientId" | "prompt" | "outputPrompt" | "sessionId" | "rawInputFiles"
  >;

/** A file whose bytes have come before its task is added. */
type NewFile =
  & { readonly received: ReceivedFile }
  & Omit<FileFacts, "taskId" | "createdBy">;

const TASK = z.object({
  service_id: z.string(),
  task_prompt: z.string(),
  output_prompt: z.string(),
  session_id: z.nullish(z.string()),
});

/** What `POST /client/tasks` does, with JSON or a form. @throws {Refusal} */
export async function createTask(call: ClientCall): Promise<TaskRow> {
  const isForm = call.request.headers.get("content-type")?.toLowerCase().startsWith("multipart/");
  const files: NewFile[] = [];
  try {
    const fields = isForm ? await readTaskForm(call, files) : await readJson(call, TASK);
    if (!call.state.services.has(fields.service_id)) {
      throw refuse.bad(`服务 '${fields.service_id}' 不存在`);
    }
    return addTask(call.state, call.store, {
      serviceId: fields.service_id,
      clientId: call.client.id,
      prompt: fields.task_prompt,
      outputPrompt: fields.output_prompt,
      sessionId: usable(fields.session_id) ?? crypto.randomUUID(),
    }, files);
  } catch (error) {
    for (const { received } of files) await call.store.remove(received.path);
    throw error;
  }
}

/** Reads a form: its files are stored and added to `files`, its fields are returned. */
async function readTaskForm(call: Call, files: NewFile[]) {
  const next = readForm(call.request);
  const values: Record<string, string> = {};
  for (let part = await next(); part; part = await next()) {
    if (part.name === "files") {
      const name = part.filename ?? "unnamed";
      checkName(name);
      const received = await call.store.receive(part.read, call.settings.maxUploadBytes);
      files.push({ name, mimeType: part.contentType, received });
    } else if (part.name !== undefined) {
      values[part.name] = await readText(part.read, call.settings.maxBodyBytes);
    }
  }
  for (const field of ["service_id", "task_prompt", "output_prompt"]) {
    if (values[field] === undefined) throw refuse.bad(`缺少 ${field} 字段`);
  }
  return TASK.parse(values);
}

function checkName(name: string): void {
  const length = new TextEncoder().encode(name).length;
  if (name.trim() === "") throw refuse.bad("文件名不能为空");
  if (length > 255) throw refuse.bad("文件名过长");
  if (/[/\\\0]|\.\./.test(name)) throw refuse.bad("文件名包含非法字符");
}

/** A session id that the Server takes; for any other it makes one up. */
function usable(sessionId: string | null | undefined): string | undefined {
  return /^[\p{L}\p{N}_-]{1,64}$/u.test(sessionId ?? "") ? sessionId! : undefined;
}

/** Submits a task in-process, whatever it holds. @throws {Error} when its id is taken */
export async function submitTask(
  state: State,
  store: FileStore,
  submission: Submission,
): Promise<TaskRow> {
  if (!state.services.has(submission.serviceId)) {
    throw new Error(`submit: there is no service ${submission.serviceId}`);
  }
  const files: NewFile[] = [];
  for (const { id, name, content, mimeType = null, claimedSize } of submission.files ?? []) {
    const received = await store.receive(sourceOf(content));
    files.push({ id, name, mimeType, received, reportedSize: claimedSize });
  }
  const { id, serviceId, prompt, rawInputFiles } = submission;
  if (id !== undefined && state.tasks.has(id)) throw new Error(`submit: ${id} is taken`);
  const task = addTask(state, store, {
    id,
    serviceId,
    clientId: null,
    prompt,
    outputPrompt: submission.outputPrompt ?? "",
    sessionId: submission.sessionId === undefined ? crypto.randomUUID() : submission.sessionId,
    rawInputFiles,
  }, files);
  if (submission.status && submission.status !== "pending") {
    state.setStatus(task, submission.status);
  }
  return task;
}

function sourceOf(content: Uint8Array | string | ReadableStream<Uint8Array>) {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const stream = bytes instanceof ReadableStream ? bytes : ReadableStream.from([bytes]);
  const reader = stream.getReader();
  return async () => (await reader.read()).value;
}

function addTask(
  state: State,
  store: FileStore,
  facts: NewTask,
  files: readonly NewFile[],
): TaskRow {
  const id = facts.id ?? crypto.randomUUID();
  const rows = files.map(({ received, ...file }) =>
    store.add({ ...file, taskId: id, createdBy: "client" }, received)
  );
  const task: TaskRow = {
    ...facts,
    id,
    status: "pending",
    inputFileIds: rows.map((row) => row.id),
    output: null,
    errorMessage: null,
    retryCount: 0,
    createdAt: Date.now(),
    assignedAt: null,
    startedAt: null,
    completedAt: null,
    history: [],
  };
  state.tasks.set(id, task);
  state.setStatus(task, "pending");
  return task;
}
