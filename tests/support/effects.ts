import type { FalseAnswer, FaultEffect } from "../../src/devserver/mod.ts";

/** What is done to a request of the development Server, ready-made for `faults.inject`. */
export const effect = {
  /** The Server's own kind of error, without the act. */
  error: (status: number, code = "Internal", message = "注入的错误"): FalseAnswer => ({
    kind: "answer",
    status,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ error: code, message }),
  }),
  /** A status with plain text, as from a framework. */
  text: (status: number, body = "injected fault"): FalseAnswer => ({
    kind: "answer",
    status,
    headers: { "content-type": "text/plain; charset=utf-8" },
    body,
  }),
  /** A web page, as from a captive portal (200) or a proxy (502). */
  page: (status = 502): FalseAnswer => ({
    kind: "answer",
    status,
    headers: { "content-type": "text/html; charset=utf-8" },
    body: "<!doctype html><html><title>Sign in</title><body>Sign in</body></html>",
  }),
  redirect: (to: string, status = 302): FalseAnswer => ({
    kind: "answer",
    status,
    headers: { location: to },
  }),
  /** 200 with what was to be JSON but is none. The request is not carried out unless `acts`. */
  garbage: (body = '{"has_task": tru', acts = false): FalseAnswer => ({
    kind: "answer",
    status: 200,
    headers: { "content-type": "application/json" },
    body,
    acts,
  }),
  /** 200 with JSON of another shape. */
  wrongShape: (value: unknown = { has_task: "yes", task: 7 }, acts = false): FalseAnswer => ({
    kind: "answer",
    status: 200,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(value),
    acts,
  }),
  delay: (ms: number): FaultEffect => ({ kind: "delay", ms }),
  /** Nothing but the head of the request is read. */
  cutAtStart: { kind: "cut", at: "start" } as FaultEffect,
  /** `afterBytes` of the request's body are read. */
  cutInRequest: (afterBytes = 1): FaultEffect => ({ kind: "cut", at: "request", afterBytes }),
  /** The request is carried out and its answer lost. */
  loseAnswer: { kind: "cut", at: "acted" } as FaultEffect,
  /** The answer breaks off after `afterBytes` of its body (by default the half). */
  cutInAnswer: (afterBytes?: number): FaultEffect => ({ kind: "cut", at: "answer", afterBytes }),
  /** The upload's row is there, its bytes are not. */
  cutAtUploadEnd: { kind: "cut", at: "upload-end" } as FaultEffect,
  hang: (at: "start" | "acted" | "answer" = "start", afterBytes?: number): FaultEffect => ({
    kind: "hang",
    at,
    afterBytes,
  }),
} as const;
