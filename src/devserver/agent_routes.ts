import * as z from "zod/mini";
import { type AgentCall, type Call, readJson, type Route } from "./call.ts";
import type { HttpAnswer } from "./http_answer.ts";
import { json, refuse } from "./refusal.ts";
import type { ServiceRow, TaskRow } from "./records.ts";
import { randomId } from "./state.ts";
import { acceptTask, completeTask, nextFor, takeHeartbeat } from "./task_rules.ts";

const REGISTER = z.object({
  registration_token: z.string(),
  capacity: z.nullish(z.int()),
});
const ACCEPT = z.object({ task_id: z.string() });
const HEARTBEAT = z.object({
  status: z.nullish(z.string()),
  current_load: z.nullish(z.int()),
  capacity: z.nullish(z.int()),
  available_capacity: z.nullish(z.int()),
});
const COMPLETE = z.object({
  task_id: z.string(),
  status: z.enum(["completed", "failed", "cancelled"]),
  output: z.nullish(z.record(z.string(), z.unknown())),
  error_message: z.nullish(z.string()),
  file_ids: z._default(z.array(z.string()), []),
});

/** The calls of an agent, its files apart. */
export const agentRoutes: readonly Route[] = [
  { name: "register", at: "POST /api/v1/agent/register", by: "anybody", act: register },
  { name: "poll", at: "POST /api/v1/agent/:service/poll", by: "agent", act: poll },
  { name: "accept", at: "POST /api/v1/agent/:service/accept", by: "agent", act: accept },
  { name: "heartbeat", at: "POST /api/v1/agent/:service/heartbeat", by: "agent", act: heartbeat },
  { name: "complete", at: "POST /api/v1/agent/:service/complete", by: "agent", act: complete },
];

async function register(call: Call): Promise<HttpAnswer> {
  const body = await readJson(call, REGISTER);
  const token = body.registration_token;
  const services = [...call.state.services.values()];
  const used = services.find(({ usedToken }) => usedToken === token);
  const service = services.find((candidate) => candidate.token === token);
  if (call.settings.older && (service ?? used)?.revoked) throw refuse.forbidden();
  if (call.settings.older && used) throw refuse.conflict("该服务已注册,无法重复注册");
  if (!service || service.revoked) throw refuse.notFound();
  return json(registerAgent(service, body.capacity ?? 1));
}

/** Burns the token and makes a key: what `register` answers. */
export function registerAgent(service: ServiceRow, capacity: number) {
  service.usedToken = service.token;
  service.token = null;
  service.apiKey = randomId("ak_agent_");
  service.status = "online";
  service.capacity = capacity;
  service.currentLoad = 0;
  service.lastHeartbeat = Date.now();
  return {
    service_id: service.id,
    name: service.name,
    api_key: service.apiKey,
    status: "online",
    created_at: new Date().toISOString(),
  };
}

function poll(call: AgentCall): HttpAnswer {
  const { cancel, task } = nextFor(call.state, call.service.id);
  if (!cancel && !task && call.settings.older) return { status: 204 };
  return json({
    has_task: task !== undefined,
    task: task ? taskForAgent(call, task) : null,
    should_cancel: cancel !== undefined,
    cancel_task_id: cancel?.id ?? null,
  });
}

function taskForAgent({ state, settings }: AgentCall, task: TaskRow) {
  const files = task.inputFileIds.map((id) => state.files.get(id)).filter((file) => !!file);
  const listed = files.map((file) => ({
    id: file.id,
    filename: file.name,
    mime_type: file.mimeType,
    size_bytes: file.reportedSize,
  }));
  const inputs = task.rawInputFiles === undefined ? listed : task.rawInputFiles;
  const none = settings.older && files.length === 0 && task.rawInputFiles === undefined;
  return {
    id: task.id,
    task_prompt: task.prompt,
    output_prompt: task.outputPrompt || null,
    ...(settings.older ? {} : { session_id: task.sessionId }),
    ...(none ? {} : { input_files: inputs }),
  };
}

async function accept(call: AgentCall): Promise<HttpAnswer> {
  const { task_id: id } = await readJson(call, ACCEPT);
  await call.concerns(id);
  acceptTask(call.state, call.service, id, call.settings);
  return json({ success: true, task_id: id, message: "Task accepted" });
}

async function heartbeat(call: AgentCall): Promise<HttpAnswer> {
  const { status, current_load: currentLoad, capacity } = await readJson(call, HEARTBEAT);
  takeHeartbeat(call.service, { status, currentLoad, capacity });
  const timestamp = new Date().toISOString();
  return json({ acknowledged: true, service_id: call.service.id, timestamp });
}

async function complete(call: AgentCall): Promise<HttpAnswer> {
  const body = await readJson(call, COMPLETE);
  await call.concerns(body.task_id);
  completeTask(call.state, call.service, {
    taskId: body.task_id,
    status: body.status,
    output: body.output ?? null,
    errorMessage: body.error_message ?? null,
    fileIds: body.file_ids,
  });
  return json({ success: true, task_id: body.task_id, status: body.status });
}
