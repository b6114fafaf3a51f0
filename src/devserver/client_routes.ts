import * as z from "zod/mini";
import { type ClientCall, readJson, type Route } from "./call.ts";
import { createTask } from "./create_task.ts";
import { listFiles, sendFile } from "./file_routes.ts";
import { json, refuse } from "./refusal.ts";
import type { ClientRow, ServiceRow, TaskRow } from "./records.ts";
import { randomId, type State } from "./state.ts";
import { cancelTask } from "./task_rules.ts";

const REGISTER = z.object({ name: z.string() });
const SERVICE = z.object({
  name: z.string(),
  description: z._default(z.string(), ""),
  usage: z._default(z.string(), ""),
});

type Act = Extract<Route, { by: "client" }>["act"];
const get = (path: string, act: Act) => clientRoute("GET", path, act);
const post = (path: string, act: Act) => clientRoute("POST", path, act);

function clientRoute(method: string, path: string, act: Act): Route {
  return { name: "client", at: `${method} /api/v1/client${path}`, by: "client", act };
}

/** The calls of clients, and the admin's one call. */
export const clientRoutes: readonly Route[] = [
  {
    name: "admin",
    at: "POST /api/v1/services",
    by: "admin",
    act: async (call) => {
      const { name, description, usage } = await readJson(call, SERVICE);
      const service = addService(call.state, name, { description, usage });
      return json({
        id: service.id,
        name,
        description,
        usage,
        registration_status: "pending",
        registration_token: service.token,
        created_at: iso(service.createdAt),
      });
    },
  },
  {
    name: "client",
    at: "POST /api/v1/client/auth/register",
    by: "anybody",
    act: async (call) => {
      const name = (await readJson(call, REGISTER)).name.trim();
      if (name === "") throw refuse.bad("用户名不能为空");
      const { id, apiKey, createdAt } = addClient(call.state, name);
      return json({ id, name, api_key: apiKey, role: "client", created_at: iso(createdAt) });
    },
  },
  get("/services", ({ state }) =>
    json([...state.services.values()].map((service) => ({
      id: service.id,
      name: service.name,
      description: service.description,
      agent_status: agentStatus(service),
      registration_status: service.revoked ? "revoked" : service.apiKey ? "active" : "pending",
      agent_last_heartbeat: iso(service.lastHeartbeat),
      access_type: "public",
      has_permission: true,
    })))),
  get("/services/:service/usage", (call) => {
    const { id, name, usage } = serviceOf(call);
    return json({ id, name, usage });
  }),
  get("/services/:service/load", (call) => json(serviceLoad(call.state, serviceOf(call)))),
  post("/tasks", async (call) => json(showTask(await createTask(call)))),
  get("/tasks", ({ state, client, request: { query } }) => {
    const limit = Number(query.get("limit") ?? 20);
    const offset = Number(query.get("offset") ?? 0);
    const own = [...state.tasks.values()].toReversed().filter((task) =>
      task.clientId === client.id &&
      task.status === (query.get("status") ?? task.status) &&
      task.serviceId === (query.get("service_id") ?? task.serviceId)
    );
    return json(own.slice(offset, offset + limit).map(showTask));
  }),
  get("/tasks/:task", (call) => json(showTask(ownTask(call, call.params.task)))),
  post("/tasks/:task/cancel", (call) => {
    const task = ownTask(call, call.params.task);
    if (!cancelTask(call.state, task)) throw refuse.bad(`任务状态为 ${task.status},无法取消`);
    return json(showTask(task));
  }),
  get("/files/list/:task", (call) => {
    const task = ownTask(call, call.params.task);
    return listFiles(call.state.filesOf(task.id));
  }),
  get("/files/:file/download", (call) => {
    const file = call.state.files.get(call.params.file);
    if (!file) throw refuse.notFound();
    ownTask(call, file.taskId);
    return sendFile(call, file);
  }),
];

/** Adds a service that waits for its agent. */
export function addService(
  state: State,
  name: string,
  { description = "", usage = "" }: { description?: string; usage?: string } = {},
): ServiceRow {
  const service: ServiceRow = {
    id: randomId("svc_"),
    name,
    description,
    usage,
    token: randomId("rt_"),
    usedToken: null,
    apiKey: null,
    revoked: false,
    status: "unregistered",
    currentLoad: 0,
    capacity: 1,
    lastHeartbeat: null,
    createdAt: Date.now(),
  };
  state.services.set(service.id, service);
  return service;
}

/** Adds a person's account. */
export function addClient(state: State, name: string): ClientRow {
  const id = crypto.randomUUID();
  const client: ClientRow = { id, name, apiKey: randomId("ak_client_"), createdAt: Date.now() };
  state.clients.set(id, client);
  return client;
}

function serviceOf({ state, params }: ClientCall): ServiceRow {
  const service = state.services.get(params.service);
  if (!service) throw refuse.notFound();
  return service;
}

function ownTask({ state, client }: ClientCall, id: string): TaskRow {
  const task = state.tasks.get(id);
  if (!task) throw refuse.notFound();
  if (task.clientId !== client.id) throw refuse.forbidden();
  return task;
}

function serviceLoad(state: State, service: ServiceRow) {
  const tasks = [...state.tasks.values()].filter((task) => task.serviceId === service.id);
  return {
    service_id: service.id,
    name: service.name,
    agent_status: agentStatus(service),
    capacity: service.capacity,
    current_load: service.currentLoad,
    available_slots: Math.max(0, service.capacity - service.currentLoad),
    pending_tasks: tasks.filter(({ status }) => status === "pending").length,
    running_tasks: tasks.filter(({ status }) => status === "running").length,
    last_heartbeat: iso(service.lastHeartbeat),
  };
}

/** A service whose agent has not registered is shown as offline. */
function agentStatus({ status }: ServiceRow): string {
  return status === "unregistered" ? "offline" : status;
}

function showTask(task: TaskRow) {
  return {
    id: task.id,
    service_id: task.serviceId,
    status: task.status,
    input: {
      task_prompt: task.prompt,
      output_prompt: task.outputPrompt,
      input_files: task.inputFileIds,
    },
    output: task.output,
    error_message: task.errorMessage,
    session_id: task.sessionId,
    retry_count: task.retryCount,
    created_at: iso(task.createdAt),
    assigned_at: iso(task.assignedAt),
    started_at: iso(task.startedAt),
    completed_at: iso(task.completedAt),
  };
}

function iso(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}
