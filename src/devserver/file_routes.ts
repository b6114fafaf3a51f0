import { type AgentCall, type Call, readText, type Route } from "./call.ts";
import type { HttpAnswer } from "./http_answer.ts";
import { CutHere } from "./http_body.ts";
import { type FormPart, readForm } from "./multipart.ts";
import type { FileRow, TaskRow } from "./records.ts";
import { json, refuse } from "./refusal.ts";

const BASE = "/api/v1/files/agent/:service/files";

/** An agent's calls about files. */
export const fileRoutes: readonly Route[] = [
  { name: "upload", at: `POST ${BASE}/upload`, by: "agent", act: upload },
  { name: "list", at: `GET ${BASE}/list/:task`, by: "agent", act: list },
  { name: "download", at: `GET ${BASE}/:file/download`, by: "agent", act: download },
];

function list(call: AgentCall): HttpAnswer {
  const task = ownTask(call, call.params.task);
  return listFiles(call.state.filesOf(task.id));
}

function download(call: AgentCall): Promise<HttpAnswer> {
  const file = call.state.files.get(call.params.file);
  if (!file) throw refuse.notFound();
  ownTask(call, file.taskId);
  return sendFile(call, file);
}

/** A task of the calling service. @throws {Refusal} */
function ownTask({ state, service }: AgentCall, id: string): TaskRow {
  const task = state.tasks.get(id);
  if (!task) throw refuse.notFound();
  if (task.serviceId !== service.id) throw refuse.forbidden();
  return task;
}

/** Files as both lists show them: newest first. */
export function listFiles(files: readonly FileRow[]): HttpAnswer {
  return json({
    files: files.toReversed().map((file) => ({
      id: file.id,
      task_id: file.taskId,
      filename: file.name,
      mime_type: file.mimeType,
      size_bytes: file.reportedSize,
      created_by: file.createdBy,
      created_at: new Date(file.createdAt).toISOString(),
    })),
  });
}

/** The bytes of a file: chunked, gzipped if asked. @throws {Refusal} 404 when they are not there */
export async function sendFile(call: Call, file: FileRow): Promise<HttpAnswer> {
  const bytes = await call.store.open(file);
  const headers: Record<string, string> = {
    "content-type": file.mimeType ?? "application/octet-stream",
    // As on the real Server, a quote in the name is not escaped: clients must not rely on it.
    "content-disposition": `attachment; filename="${file.name}"`,
  };
  const asked = call.request.headers.get("accept-encoding") ?? "";
  if (!/\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(asked)) {
    return { status: 200, headers, body: bytes };
  }
  return {
    status: 200,
    headers: { ...headers, "content-encoding": "gzip", vary: "accept-encoding" },
    body: gzip(bytes),
  };
}

function gzip(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  async function* copies() {
    for await (const piece of bytes) yield piece.slice();
  }
  return ReadableStream.from(copies()).pipeThrough(new CompressionStream("gzip"));
}

async function upload(call: AgentCall): Promise<HttpAnswer> {
  const next = readForm(call.request);
  let taskId: string | undefined;
  let file: Awaited<ReturnType<typeof receive>> | undefined;
  try {
    for (let part = await next(); part; part = await next()) {
      if (part.name === "task_id") {
        taskId = await readText(part.read, call.settings.maxBodyBytes);
        await call.concerns(taskId);
      } else if (part.name === "file") {
        file = await receive(call, taskId, part);
      }
    }
    if (taskId === undefined) throw refuse.bad("缺少 task_id 字段");
    if (!file) throw refuse.bad("缺少 file 字段");
    cutAtEnd(call, file);
    file.finish();
  } catch (error) {
    if (file) await call.store.remove(file.received.path);
    throw error;
  }
  const row = call.store.add(file.facts, file.received);
  return json({
    file_id: row.id,
    filename: row.name,
    mime_type: row.mimeType,
    size_bytes: row.sizeBytes,
    created_at: new Date(row.createdAt).toISOString(),
  });
}

/** A fault may cut the upload when its file is listed already and its bytes are not stored. */
function cutAtEnd(call: AgentCall, { facts, received }: Awaited<ReturnType<typeof receive>>) {
  const effect = call.effect();
  if (effect?.kind !== "cut" || effect.at !== "upload-end") return;
  call.store.add(facts, received, false);
  throw new CutHere();
}

async function receive(call: AgentCall, taskId: string | undefined, part: FormPart) {
  if (taskId === undefined) throw refuse.bad("字段顺序错误:task_id 必须在 file 之前");
  ownTask(call, taskId);
  const most = call.settings.maxUploadBytes;
  const { received, finish } = await call.store.receiveUpload(
    taskId,
    part.read,
    most,
  );
  const facts = {
    taskId,
    name: part.filename ?? "unnamed",
    mimeType: part.contentType,
    createdBy: "agent" as const,
  };
  return { facts, received, finish };
}
