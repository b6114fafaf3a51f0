import { VERSION } from "../util/mod.ts";
import type { Route } from "./call.ts";
import { json } from "./refusal.ts";
import type { State } from "./state.ts";

const CLIENT = "/api/v1/client";

/** What a client may call: name, method, path, body and answer in short, as the discovery shows them. */
const ENDPOINTS = [
  ["register", "POST", `${CLIENT}/auth/register`, { name: "string" }, "id, name, api_key, role"],
  ["list_services", "GET", `${CLIENT}/services`, null, "[service]"],
  ["service_usage", "GET", `${CLIENT}/services/{service_id}/usage`, null, "id, name, usage"],
  ["service_load", "GET", `${CLIENT}/services/{service_id}/load`, null, "capacity, current_load"],
  [
    "create_task",
    "POST",
    `${CLIENT}/tasks`,
    { service_id: "string", task_prompt: "string", output_prompt: "string", session_id: "string?" },
    "task",
  ],
  ["list_tasks", "GET", `${CLIENT}/tasks`, null, "[task]"],
  ["get_task", "GET", `${CLIENT}/tasks/{task_id}`, null, "task"],
  ["cancel_task", "POST", `${CLIENT}/tasks/{task_id}/cancel`, null, "task"],
  ["list_files", "GET", `${CLIENT}/files/list/{task_id}`, null, "files"],
  ["download_file", "GET", `${CLIENT}/files/{file_id}/download`, null, "the file's bytes"],
] as const;

/** The calls that need no key: health, the list of calls, the numbers of services and tasks. */
export const publicRoutes: readonly Route[] = [
  { name: "health", at: "GET /health", by: "anybody", act: () => json({ status: "healthy" }) },
  { name: "discovery", at: "GET /api/v1/discovery", by: "anybody", act: () => json(discovery()) },
  {
    name: "status",
    at: "GET /status",
    by: "anybody",
    act: (call) => json(serverStatus(call.state)),
  },
];

function discovery() {
  return {
    api: { name: "OpenAaaS", version: VERSION, base_url: "/api/v1" },
    auth: { type: "bearer", header: "Authorization: Bearer <api_key>" },
    design_principles: { tasks: "asynchronous: create a task, then ask for it until it has ended" },
    endpoints: ENDPOINTS.map(([name, method, path, body, response]) => ({
      name,
      method,
      path,
      body,
      response,
    })),
  };
}

function serverStatus(state: State) {
  const services = [...state.services.values()];
  const tasks = [...state.tasks.values()];
  const count = <T>(rows: readonly { readonly status: T }[], wanted: T) =>
    rows.filter(({ status }) => status === wanted).length;
  const [online, busy] = [count(services, "online"), count(services, "busy")];
  return {
    healthy: true,
    version: VERSION,
    timestamp: new Date().toISOString(),
    components: {},
    stats: {
      // A service whose agent has not registered counts as offline.
      services: {
        online,
        busy,
        offline: services.length - online - busy,
        total: services.length,
      },
      tasks: {
        pending: count(tasks, "pending"),
        running: count(tasks, "running"),
        completed: count(tasks, "completed"),
        failed: count(tasks, "failed"),
        total: tasks.length,
      },
    },
    alerts: [],
  };
}
