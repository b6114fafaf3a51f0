import { agentRoutes } from "./agent_routes.ts";
import type { Route } from "./call.ts";
import { clientRoutes } from "./client_routes.ts";
import { fileRoutes } from "./file_routes.ts";
import { publicRoutes } from "./public_routes.ts";

/** The route of a request, or the status for one that leads nowhere. */
export interface Found {
  readonly route?: Route;
  readonly params?: Readonly<Record<string, string>>;
  readonly status?: 400 | 404 | 405;
}

const table = [...agentRoutes, ...fileRoutes, ...clientRoutes, ...publicRoutes].map((route) => {
  const [method, path] = route.at.split(" ");
  return { route, method, steps: path.split("/") };
});

/** Finds the route of a path as it was sent: encoded slashes are part of an id. */
export function findRoute(method: string, path: string): Found {
  const sent = path.split("/");
  const fitting = table.filter(({ steps }) =>
    steps.length === sent.length &&
    steps.every((step, index) => step.startsWith(":") ? sent[index] !== "" : step === sent[index])
  );
  if (fitting.length === 0) return { status: 404 };
  const wanted = method === "HEAD" ? "GET" : method;
  const match = fitting.find((found) => found.method === wanted);
  if (!match) return { status: 405 };
  try {
    const params = match.steps.flatMap((step, index) =>
      step.startsWith(":") ? [[step.slice(1), decodeURIComponent(sent[index])]] : []
    );
    return { route: match.route, params: Object.fromEntries(params) };
  } catch {
    return { status: 400 };
  }
}
