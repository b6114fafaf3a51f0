import { registerAgent } from "../../src/devserver/agent_routes.ts";
import { addService } from "../../src/devserver/client_routes.ts";
import { submitTask } from "../../src/devserver/create_task.ts";
import { createFaults } from "../../src/devserver/faults.ts";
import { FileStore } from "../../src/devserver/file_store.ts";
import type { HttpAnswer } from "../../src/devserver/http_answer.ts";
import type { HttpRequest } from "../../src/devserver/http_server.ts";
import { RateLimit } from "../../src/devserver/rate_limit.ts";
import type { DevSnapshot } from "../../src/devserver/records.ts";
import { RequestLog } from "../../src/devserver/request_log.ts";
import { findRoute } from "../../src/devserver/routes.ts";
import { Exchange, type Serving } from "../../src/devserver/serve.ts";
import { allSettings } from "../../src/devserver/settings.ts";
import { State } from "../../src/devserver/state.ts";
import { cancelTask, sweepSilent } from "../../src/devserver/task_rules.ts";
import { SILENT } from "../../src/log/mod.ts";
import { theWorld } from "./globals.ts";
import { bytesOf, MAX_UPLOAD, type TaskPlan } from "./plan.ts";
import { Actor } from "./world.ts";

/** How the Server is reached from inside the simulation. */
export const SERVER_URL = "http://server.test";

/** What an answer was to whom, for those who watch. */
export interface Watcher {
  /** An agent's request has reached the Server and is being counted. */
  onRequest(call: string): void;
}

/** The development Server's own rules and state, without its sockets. */
export class SimServer {
  readonly state = new State();
  readonly service: { readonly id: string; readonly apiKey: string };
  readonly #settings = allSettings({ maxUploadBytes: MAX_UPLOAD });
  readonly #rates = new RateLimit();
  readonly #serving: Serving;
  readonly #watcher: Watcher;
  /** The process; another one after every restart. */
  #actor = new Actor("server");
  #isUp = true;
  #snapshot: DevSnapshot | undefined;

  /** @param dir where the bytes of files are kept */
  constructor(dir: string, watcher: Watcher) {
    this.#watcher = watcher;
    this.#serving = {
      state: this.state,
      store: new FileStore(dir, this.state),
      settings: this.#settings,
      adminKey: "admin",
      faults: createFaults(),
      requests: new RequestLog(10),
      rates: this.#rates,
      log: SILENT,
    };
    const { service_id: id, api_key: apiKey } = registerAgent(addService(this.state, "lab"), 1);
    this.service = { id, apiKey };
    this.#sweepRegularly();
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  get actor(): Actor {
    return this.#actor;
  }

  /** Ends with every request under way. */
  goDown(): void {
    this.#isUp = false;
    this.#actor.die();
    this.#rates.clear();
  }

  comeUp(): void {
    if (this.#isUp) return;
    this.#isUp = true;
    this.#actor = new Actor("server");
    sweepSilent(this.state, this.#settings);
    this.#sweepRegularly();
  }

  backUp(): void {
    this.#snapshot = this.state.snapshot();
  }

  /** Goes back to the last backup. @returns whether there is one */
  restore(): boolean {
    if (!this.#snapshot) return false;
    this.state.restore(this.#snapshot);
    this.revoke(false);
    return true;
  }

  /**
   * Carries a request out. To be called in the name of {@linkcode actor}.
   *
   * @param options `isRepeated`: it is the network that has sent it a second time, not the agent
   */
  async answer(
    request: HttpRequest,
    { isRepeated = false }: { readonly isRepeated?: boolean } = {},
  ): Promise<HttpAnswer> {
    const { route } = findRoute(request.method, request.path);
    if (!isRepeated) this.#watcher.onRequest(route?.name ?? "unknown");
    const exchange = new Exchange(this.#serving, request);
    let answer: HttpAnswer | undefined;
    try {
      return answer = await exchange.answer();
    } finally {
      exchange.over(answer, true);
    }
  }

  submit({ id, inputs }: TaskPlan): Promise<unknown> {
    const files = inputs.map((size, at) => ({
      name: `in${at}.bin`,
      content: bytesOf(`${id} input ${at}`, size),
    }));
    const { state, store } = this.#serving;
    return submitTask(state, store, { id, serviceId: this.service.id, prompt: "go", files });
  }

  /** A task that is being cancelled and that no agent has ever seen. */
  submitStray(id: string): Promise<unknown> {
    const { state, store } = this.#serving;
    const stray = { id, serviceId: this.service.id, prompt: "go", status: "cancelling" } as const;
    return submitTask(state, store, stray);
  }

  /** Refuses the agent's key, or takes it again. */
  revoke(revoked: boolean): void {
    this.state.services.get(this.service.id)!.revoked = revoked;
  }

  cancel(id: string): void {
    const task = this.state.tasks.get(id);
    if (task) cancelTask(this.state, task);
  }

  #sweepRegularly(): void {
    const actor = this.#actor;
    const sweep = () => {
      sweepSilent(this.state, this.#settings);
      again();
    };
    const again = () => theWorld().after(actor, this.#settings.sweepEveryMs, "sweep", sweep);
    again();
  }
}
