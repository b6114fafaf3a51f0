import { devserverText, textOf } from "../i18n/mod.ts";
import type { Logger } from "../log/mod.ts";
import { sleep } from "../util/mod.ts";
import { ConnectionGone } from "./byte_reader.ts";
import type { Call, Context, Route } from "./call.ts";
import { type Deadline, startDeadline } from "./deadline.ts";
import type { FaultEffect, FaultRules } from "./faults.ts";
import type { HttpAnswer } from "./http_answer.ts";
import { CutHere } from "./http_body.ts";
import type { HttpExchange, HttpRequest } from "./http_server.ts";
import type { RateLimit } from "./rate_limit.ts";
import { Refusal, refuse } from "./refusal.ts";
import type { OpenRecord, RequestLog } from "./request_log.ts";
import { findRoute, type Found } from "./routes.ts";

/** The real Server's limit for each client key. */
const CLIENT_RATE_PER_MINUTE = 100;

/** What serving needs beyond a call's own context. */
export interface Serving extends Context {
  readonly faults: FaultRules;
  readonly requests: RequestLog;
  readonly rates: RateLimit;
  readonly log: Logger;
}

/** One request on its way through the Server: faults, time limit, rate, keys, then the call itself. */
export class Exchange implements HttpExchange {
  readonly #serving: Serving;
  readonly #request: HttpRequest;
  readonly #found: Found;
  readonly #record: OpenRecord;
  #effect: FaultEffect | undefined;
  #deadline: Deadline | undefined;

  constructor(serving: Serving, request: HttpRequest) {
    const { method, path } = request;
    this.#serving = serving;
    this.#request = request;
    this.#found = findRoute(method, path);
    const { route, params: { service, task, file } = {} } = this.#found;
    this.#record = serving.requests.begin({
      method,
      path,
      call: route?.name ?? "unknown",
      serviceId: service,
      taskId: file === undefined ? task : serving.state.files.get(file)?.taskId,
      fileId: file,
    });
  }

  async answer(): Promise<HttpAnswer> {
    const { route, params = {}, status = 404 } = this.#found;
    try {
      await this.#before("head");
      const answer = route ? await this.#inTime(() => this.#act(route, params)) : { status };
      return await this.#after(answer);
    } catch (error) {
      if (error instanceof CutHere || error instanceof ConnectionGone) throw error;
      if (error instanceof Refusal) return await this.#after(error.answer);
      // The Server's own trouble: a full disk, a mistake.
      this.#serving.log.error(devserverText.trouble({ reason: textOf(error).en }));
      return await this.#after(refuse.internal().answer);
    }
  }

  over(answer: HttpAnswer | undefined, whole: boolean): void {
    const { log, requests } = this.#serving;
    const record = this.#record;
    record.status = answer?.status;
    record.answered = whole;
    record.ended = true;
    const { method, path, status, fault } = record;
    const text = status !== undefined && whole
      ? devserverText.answered({ method, path, status })
      : devserverText.cut({ method, path });
    // Whoever asked for faults wants to see them; of all other requests there are too many.
    if (fault) log.info(text, { fault });
    else log.debug(text);
    requests.tell(record);
  }

  /** Looks for a fault, and does what of it comes before the request is carried out. */
  async #before(known: "head" | "task in body"): Promise<void> {
    if (this.#effect) return;
    const effect = this.#effect = this.#serving.faults.take(this.#record, known);
    if (!effect) return;
    this.#record.fault = effect.kind === "cut" || effect.kind === "hang"
      ? `${effect.kind} ${effect.at}`
      : effect.kind;
    const { body, signal } = this.#request;
    if (effect.kind === "delay" && !effect.after) await sleep(effect.ms, signal);
    // Not carried out; the fault's answer comes in the place of this one.
    if (effect.kind === "answer" && !effect.acts) throw refuse.internal();
    if (effect.kind === "hang" && effect.at === "start") await this.#hang();
    if (effect.kind !== "cut") return;
    if (effect.at === "start") throw new CutHere();
    if (effect.at !== "request") return;
    body.cutAfter(effect.afterBytes ?? 1);
    if (known === "head") { while (await body.read()); }
    // The task's id was at the body's end: too late to cut within it, early enough to do nothing.
    if (known === "task in body" && body.ended) throw new CutHere();
  }

  /** Carries out the call, or cuts it with 408. */
  async #inTime(act: () => Promise<HttpAnswer>): Promise<HttpAnswer> {
    using deadline = startDeadline(this.#serving.settings.requestTimeoutMs);
    this.#deadline = deadline;
    const acting = act();
    const first = await Promise.race([acting, deadline.passed]);
    if (first !== "late") return first;
    this.#request.body.stop();
    acting.catch(() => {}); // the client has its answer, however this ends
    return { status: 408 };
  }

  async #act(route: Route, params: Readonly<Record<string, string>>): Promise<HttpAnswer> {
    const call: Call = {
      ...this.#serving,
      request: this.#request,
      params,
      concerns: async (taskId) => {
        this.#record.taskId = taskId;
        await this.#deadline?.outside(() => this.#before("task in body"));
        // The connection may have been cut meanwhile: then the request is not carried out.
        if (this.#request.signal.aborted) throw new ConnectionGone("before the act");
      },
      effect: () => this.#effect,
    };
    switch (route.by) {
      case "anybody":
        return await route.act(call);
      case "admin":
        if (bearer(this.#request) !== this.#serving.adminKey) throw refuse.auth();
        return await route.act(call);
      case "agent":
        return await route.act({ ...call, service: this.#agent(params.service) });
      case "client":
        return await route.act({ ...call, client: this.#client() });
    }
  }

  #agent(id: string) {
    const { state, settings, rates } = this.#serving;
    const { headers } = this.#request;
    const key = headers.get("x-api-key") ?? "";
    const limit = { limit: settings.ratePerMinute, windowMs: settings.rateWindowMs };
    if (!rates.take(`agent ${key}`, limit)) throw refuse.rateLimited();
    const service = state.services.get(headers.get("x-service-id") ?? "");
    const known = service?.apiKey && !service.revoked && service.apiKey === key;
    if (!service || !known || bearer(this.#request) !== key) throw refuse.auth();
    if (service.id !== id) throw refuse.forbidden();
    return service;
  }

  #client() {
    const { state, settings, rates } = this.#serving;
    const key = bearer(this.#request);
    const limit = { limit: CLIENT_RATE_PER_MINUTE, windowMs: settings.rateWindowMs };
    if (!rates.take(`client ${key}`, limit)) throw refuse.rateLimited();
    const client = [...state.clients.values()].find(({ apiKey }) => apiKey === key);
    if (!client) throw refuse.auth();
    return client;
  }

  /** What of a fault comes after the request was carried out. */
  async #after(answer: HttpAnswer): Promise<HttpAnswer> {
    const effect = this.#effect;
    switch (effect?.kind) {
      case "answer": {
        const { status, headers, body } = effect;
        return { status, headers, body: typeof body === "function" ? body() : body };
      }
      case "delay":
        if (effect.after) await sleep(effect.ms, this.#request.signal);
        return answer;
      case "cut":
        if (effect.at !== "answer") throw new CutHere();
        return { ...answer, breakOff: { afterBytes: effect.afterBytes, how: "cut" } };
      case "hang":
        if (effect.at !== "answer") await this.#hang();
        return { ...answer, breakOff: { afterBytes: effect.afterBytes, how: "hang" } };
      default:
        return answer;
    }
  }

  async #hang(): Promise<never> {
    await this.#request.gone();
    throw new CutHere();
  }
}

function bearer(request: HttpRequest): string | undefined {
  return /^Bearer (.+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
}
